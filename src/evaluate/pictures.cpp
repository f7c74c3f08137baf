#include "evaluate/pictures.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "data/split.hpp"
#include "embed/trained_run.hpp"
#include "evaluate/run_images.hpp"
#include "methods/centres.hpp"
#include "methods/method.hpp"
#include "reduce/projection.hpp"
#include "run/member_losses.hpp"
#include "store/slabs.hpp"

namespace clvae::evaluate {

namespace {

constexpr std::size_t kTilesPerRow = 6;

std::vector<std::string> class_names_of(const store::Reader& reader,
                                        const std::vector<std::int32_t>& classes) {
  return embed::names_of_classes({classes.begin(), classes.end()}, reader.class_names());
}

std::optional<MemberIndex> first_done(const store::KindSummary& summary) {
  for (std::uint32_t member = 0; member < summary.members; ++member) {
    if (summary.commits[member].state == store::MemberState::done) return MemberIndex{member};
  }
  return std::nullopt;
}

/// Where one member's prior pulls each class. [K, d], empty where the kind has no centres
std::vector<double> class_centres(const store::Reader& reader, Kind kind, MemberIndex member) {
  const std::vector<double> centres = reader.centres(kind);
  if (centres.empty()) return {};
  if (reader.has_dataset(kind, slab::kLearnedCentres)) {
    const std::vector<float> learned = reader.slab(kind, member, slab::kLearnedCentres);
    return {learned.begin(), learned.end()};
  }
  const std::size_t classes = reader.inlier_classes().size();
  const std::vector<std::int32_t> permutations = reader.permutations(kind);
  const auto begin = permutations.begin() + static_cast<long>(member.value() * classes);
  return methods::permuted_centres(centres, {begin, begin + static_cast<long>(classes)});
}

std::vector<double> as_doubles(const std::vector<float>& values) {
  return {values.begin(), values.end()};
}

std::vector<std::size_t> inlier_indices_of(const store::Reader& reader,
                                           const std::vector<std::int32_t>& labels) {
  const std::vector<std::int32_t> inliers = reader.inlier_classes();
  const auto indices = data::inlier_indices(labels, {inliers.begin(), inliers.end()});
  return {indices.begin(), indices.end()};
}

/// The training inliers, or those of the test set where the run file does not keep the former.
void take_inliers(const store::Reader& reader, Kind kind, MemberIndex member,
                  report::LatentSpace& space) {
  if (reader.has_dataset(kind, slab::kTrainLatents)) {
    space.inliers_are = "training inliers";
    space.inliers = as_doubles(reader.slab(kind, member, slab::kTrainLatents));
    space.inlier_classes = inlier_indices_of(reader, reader.samples("train").labels);
    return;
  }
  space.inliers_are = "test inliers";
  const std::size_t dimension = reader.summary(kind).latent_dim;
  const store::SampleTable test = reader.samples("test");
  std::vector<std::int32_t> labels;
  for (std::size_t i = 0; i < test.labels.size(); ++i) {
    if (test.is_outlier[i] != 0) continue;
    labels.push_back(test.labels[i]);
    const auto begin = space.test.begin() + static_cast<long>(i * dimension);
    space.inliers.insert(space.inliers.end(), begin, begin + static_cast<long>(dimension));
  }
  space.inlier_classes = inlier_indices_of(reader, labels);
}

report::LatentSpace latent_space(const store::Reader& reader, Kind kind, MemberIndex member) {
  report::LatentSpace space;
  const std::size_t dimension = reader.summary(kind).latent_dim;
  space.title = fmt::format("{}, member {}", title_of(kind), member.value());
  space.test = as_doubles(reader.slab(kind, member, slab::kTestLatents));
  space.test_is_outlier = reader.samples("test").is_outlier;
  take_inliers(reader, kind, member, space);
  space.centres = class_centres(reader, kind, member);
  if (dimension <= 3) {
    for (std::size_t axis = 1; axis <= dimension; ++axis) {
      space.axes.push_back(fmt::format("z{}", axis));
    }
    return space;
  }
  const reduce::PrincipalPlane plane = reduce::principal_plane(space.inliers, dimension);
  space.inliers = plane.project(space.inliers);
  space.test = plane.project(space.test);
  if (!space.centres.empty()) space.centres = plane.project(space.centres);
  for (std::size_t axis = 0; axis < 2; ++axis) {
    space.axes.push_back(fmt::format("principal axis {} of {} ({:.0f} %)", axis + 1, dimension,
                                     100 * plane.explained_share[axis]));
  }
  return space;
}

}  // namespace

std::optional<report::LatentFigure> latent_figure(const store::Reader& reader) {
  report::LatentFigure figure;
  figure.dataset = reader.dataset_name();
  figure.outlier_names = class_names_of(reader, reader.outlier_classes());
  figure.class_names = class_names_of(reader, reader.inlier_classes());
  for (const Kind kind : reader.kinds()) {
    if (!methods::method_of(kind).shows_latents()) continue;
    if (const auto member = first_done(reader.summary(kind))) {
      figure.spaces.push_back(latent_space(reader, kind, *member));
    }
  }
  if (figure.spaces.empty()) return std::nullopt;
  return figure;
}

std::vector<TestScores> primary_scores(const report::Reduction& reduction,
                                       const report::ScoreTable& table) {
  std::vector<TestScores> methods;
  for (const report::Curve& curve : reduction.curves) {
    if (!curve.is_primary || curve.rows.empty()) continue;
    for (const report::ScoreColumn& column : table.columns) {
      if (column.method != curve.method || column.score != curve.score ||
          column.merge != curve.merge) {
        continue;
      }
      methods.push_back({curve.title, "anomaly score", column.anomalies, curve.rows.back().mean,
                         curve.method, curve.score, curve.merge});
    }
  }
  return methods;
}

std::vector<std::size_t> most_mistaken(const std::vector<std::uint8_t>& is_outlier,
                                       const TestScores& method, bool outliers, std::size_t most) {
  std::vector<std::size_t> samples;
  for (std::size_t i = 0; i < is_outlier.size(); ++i) {
    if ((is_outlier[i] != 0) == outliers) samples.push_back(i);
  }
  // Samples of one score in the order that they always had.
  if (!outliers) std::reverse(samples.begin(), samples.end());
  std::stable_sort(samples.begin(), samples.end(), [&](std::size_t a, std::size_t b) {
    const double first = method.anomalies[a];
    const double second = method.anomalies[b];
    return outliers ? first < second : first > second;
  });
  samples.resize(std::min(samples.size(), most));
  return samples;
}

report::MisclassifiedFigure misclassified_figure(const report::Reduction& reduction,
                                                 const std::vector<std::uint8_t>& is_outlier,
                                                 const std::vector<TestScores>& methods,
                                                 const data::ImageShape& shape,
                                                 const TileOf& picture) {
  report::MisclassifiedFigure figure;
  figure.dataset = reduction.dataset;
  figure.outlier_names = reduction.outlier_names;
  figure.is_against_set = reduction.is_against_set;
  figure.height = static_cast<std::size_t>(shape.height);
  figure.width = static_cast<std::size_t>(shape.width);
  figure.channels = shown_channels(shape);
  for (const TestScores& method : methods) {
    report::MisclassifiedRow row;
    row.title = method.title;
    for (const bool outliers : {false, true}) {
      for (const std::size_t sample : most_mistaken(is_outlier, method, outliers, kTilesPerRow)) {
        auto tile = picture(sample);
        if (tile) (outliers ? row.outliers : row.inliers).push_back(std::move(*tile));
      }
    }
    figure.rows.push_back(std::move(row));
  }
  return figure;
}

report::MisclassifiedFigure misclassified_figure(const report::Reduction& reduction,
                                                 const store::Reader& reader,
                                                 const data::Dataset& dataset,
                                                 const std::vector<TestScores>& methods) {
  const store::SampleTable test = reader.samples("test");
  const data::ImageShape& shape = dataset.train.shape;
  return misclassified_figure(reduction, test.is_outlier, methods, shape, [&](std::size_t sample) {
    const data::LabelledImages& images =
        test.original_split[sample] == 0 ? dataset.train : dataset.test;
    const auto label = static_cast<std::size_t>(test.labels[sample]);
    return tile_of(values_of(images), static_cast<std::size_t>(test.original_index[sample]), shape,
                   dataset.class_names.at(label));
  });
}

report::ScoreFigure score_figure(const report::Reduction& reduction,
                                 const std::vector<std::uint8_t>& is_outlier,
                                 const std::vector<TestScores>& methods) {
  report::ScoreFigure figure;
  figure.dataset = reduction.dataset;
  figure.outlier_names = reduction.outlier_names;
  figure.is_against_set = reduction.is_against_set;
  for (const TestScores& method : methods) {
    report::ScorePanel panel{method.title, method.axis, {}, {}, method.auc};
    for (std::size_t i = 0; i < is_outlier.size(); ++i) {
      (is_outlier[i] != 0 ? panel.outliers : panel.inliers).push_back(method.anomalies[i]);
    }
    figure.panels.push_back(std::move(panel));
  }
  return figure;
}

std::optional<report::LossFigure> loss_figure(const store::Reader& reader) {
  report::LossFigure figure;
  figure.dataset = reader.dataset_name();
  figure.outlier_names = class_names_of(reader, reader.outlier_classes());
  for (const Kind kind : reader.kinds()) {
    if (!run::has_losses(reader, kind)) continue;
    report::LossPanel panel;
    panel.title = title_of(kind);
    const store::KindSummary summary = reader.summary(kind);
    for (std::uint32_t member = 0; member < summary.members; ++member) {
      const store::CommitRecord& record = summary.commits[member];
      if (record.state != store::MemberState::done) continue;
      run::MemberLosses losses = run::losses_of(reader, kind, MemberIndex{member}, record);
      panel.training.push_back(std::move(losses.training));
      panel.validation.push_back(std::move(losses.validation));
    }
    if (!panel.training.empty()) figure.panels.push_back(std::move(panel));
  }
  if (figure.panels.empty()) return std::nullopt;
  return figure;
}

}  // namespace clvae::evaluate
