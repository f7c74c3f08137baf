#include "run_ensemble.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "clvae/core/nearest.hpp"
#include "clvae/data/split.hpp"
#include "clvae/data/table.hpp"
#include "clvae/model/parameters.hpp"
#include "clvae/reduce/walk.hpp"
#include "clvae/score/threshold.hpp"
#include "devices.hpp"
#include "experiment.hpp"
#include "gaussian_fits.hpp"
#include "run_file.hpp"
#include "shared_dataset.hpp"

namespace clvae::jobs {

namespace {

constexpr double kConfidence = 0.95;

/// Weights of one member's encoder in the run file.
std::int64_t encoder_weights_in(const store::Reader& reader) {
  for (const store::MemberDataset& dataset : reader.datasets(Kind::clvae)) {
    if (dataset.name == slab::kEncoderWeights && dataset.slab_shape.size() == 1) {
      return static_cast<std::int64_t>(dataset.slab_shape.front());
    }
  }
  throw RunFileError(reader.path(), "/members/clvae", "no encoder_weights", "them");
}

bool has_weights(const config::Config& config, const data::ImageShape& shape,
                 std::int64_t weights) {
  try {
    return model::encoder_parameters(architecture_of(config, shape)) == weights;
  } catch (const UsageError&) {
    return false;
  }
}

/// \throws UsageError where the run has no CL-VAEs
void require_clvaes(const store::Reader& reader) {
  std::vector<std::string> names;
  for (const Kind kind : reader.kinds()) {
    if (kind == Kind::clvae) return;
    names.emplace_back(name_of(kind));
  }
  throw UsageError(
      fmt::format("{}: the run has no CL-VAE members, by which new samples are scored; "
                  "it has {}",
                  reader.path(), joined(names)));
}

/// The members to score with.
KindMembers chosen_members(const store::Reader& reader, const std::vector<bool>& intact,
                           const ScoreOptions& options) {
  KindMembers members;
  members.requested = intact.size();
  for (std::uint32_t member = 0; member < intact.size(); ++member) {
    if (intact[member]) members.intact.emplace_back(member);
  }
  if (members.intact.empty()) {
    throw UsageError(fmt::format("{}: none of {} CL-VAE members is done yet; clvae info tells more",
                                 reader.path(), intact.size()));
  }
  if (options.members == 0) return members;
  if (options.members > members.intact.size()) {
    throw UsageError(fmt::format("--members {}: only {} CL-VAE members are done", options.members,
                                 members.intact.size()));
  }
  members.intact.resize(options.members);
  return members;
}

/// What fitting the Gaussians takes of the samples.
TestBed training_classes(const store::Reader& reader) {
  const std::vector<std::int32_t> stored = reader.inlier_classes();
  TestBed bed;
  bed.classes = static_cast<int>(stored.size());
  bed.train_classes =
      data::inlier_indices(reader.samples("train").labels, {stored.begin(), stored.end()});
  return bed;
}

RunEnsemble assembled(const store::Reader& reader, const config::Config& config,
                      const data::ImageShape& shape, const KindMembers& members,
                      const std::vector<reduce::Gaussians>& fits, const std::string& device) {
  const config::Reduction& reduction = config.reduction;
  const std::vector<std::int32_t> inliers = reader.inlier_classes();
  score::EnsembleOptions options;
  options.architecture = architecture_of(config, shape);
  options.class_names = names_of_classes({inliers.begin(), inliers.end()}, reader.class_names());
  options.score = reduce::score_named(reduction.score).value();  // the loader allows no other
  options.merge = reduce::merge_named(reduction.merge).value();
  options.device = device;
  if (store::FeatureTable features = reader.features(); !features.means.empty()) {
    options.standardisation =
        data::Standardisation{std::move(features.means), std::move(features.deviations)};
  }
  // The order decides the last bits: that of the reduction gives the scores of scores.csv.
  const reduce::Order order =
      reduce::draw_orders(members.intact.size(), static_cast<std::size_t>(reduction.draws),
                          Seed{reduction.seed})
          .front();
  std::vector<MemberIndex> merged;
  std::vector<score::Member> loaded;
  for (const std::size_t place : order) {
    const MemberIndex member = members.intact[place];
    merged.push_back(member);
    loaded.push_back({reader.slab(Kind::clvae, member, slab::kEncoderWeights), fits[place]});
  }
  return {std::move(merged), members.requested, score::Ensemble(options, loaded)};
}

/// Merged scores of one part of the run's samples. \param part "validation" or "test"
std::vector<float> stored_anomalies(const store::Reader& reader, const RunEnsemble& run,
                                    const std::string& part) {
  return run.ensemble.anomalies_of_latents(
      reader.samples(part).labels.size(), [&](std::size_t member) {
        return reader.slab(Kind::clvae, run.members[member], part + "_latents");
      });
}

/// The size of a run's images.
data::ImageShape image_shape_of(const store::Reader& reader, const config::Config& config,
                                const std::optional<data::ImageShape>& candidate) {
  const std::vector<std::int32_t> stored = reader.image_shape();
  if (!stored.empty()) return {stored[0], stored[1], stored[2]};
  const std::int64_t weights = encoder_weights_in(reader);
  if (candidate && has_weights(config, *candidate, weights)) return *candidate;
  constexpr std::array<int, 4> kChannels{1, 3, 4, 2};
  constexpr int kLargestSide = 1024;
  for (const int channels : kChannels) {
    for (int side = 1; side <= kLargestSide; ++side) {
      if (has_weights(config, {channels, side, side}, weights)) return {channels, side, side};
    }
  }
  throw RunFileError(reader.path(), "attribute image_shape", "nothing",
                     "the size of the run's images, which are no square ones");
}

/// The columns of the run's table; none where it was trained on arrays.
std::vector<data::Column> columns_in(const store::FeatureTable& features, const std::string& path) {
  std::vector<data::Column> columns;
  try {
    for (const auto& column : nlohmann::json::parse(features.columns)) {
      columns.push_back({column.at("name"), column.at("categories")});
    }
  } catch (const nlohmann::json::exception&) {
    throw RunFileError(path, "/features/columns", "no list of columns",
                       "JSON with name and categories of each");
  }
  const std::size_t count = data::features_of(columns);
  if (columns.empty() || count == features.means.size()) return columns;
  throw RunFileError(path, "/features/columns", fmt::format("columns of {} features", count),
                     fmt::format("{}, as in /features/means", features.means.size()));
}

std::string in_words(const reduce::Proportion& found, const char* what) {
  if (found.trials == 0) return fmt::format("no test {} to tell of", what);
  return fmt::format("{:.2f} % [{:.2f}, {:.2f}] of the {} test {}", 100 * found.share(),
                     100 * found.lower, 100 * found.upper, found.trials, what);
}

}  // namespace

config::Config scoring_config(const store::Reader& reader, const ScoreOptions& options) {
  config::Config config = config::parse(reader.config(), reader.path() + ":/config");
  config.reduction = reduction_of(reader, options.overrides);
  if (!options.device.empty()) config.training.device = options.device;
  if (options.threads != 0) config.training.threads = options.threads;
  return config;
}

data::SampleForm sample_form_of(const store::Reader& reader, const config::Config& config,
                                const std::optional<data::ImageShape>& candidate) {
  require_clvaes(reader);
  const store::FeatureTable features = reader.features();
  data::SampleForm form;
  form.are_bytes = reader.sample_type() != store::kIntensities;
  form.axes = axes_of(config.dataset.axes);
  if (features.means.empty()) {
    form.shape = image_shape_of(reader, config, candidate);
    return form;
  }
  form.shape = {static_cast<int>(features.means.size()), 1, 1, true};
  form.columns = columns_in(features, reader.path());
  form.label_column = config.dataset.csv.label;
  return form;
}

RunEnsemble agreed_ensemble(const comm::Communicator& world, const store::Reader& reader,
                            const config::Config& config, const data::ImageShape& shape,
                            const ScoreOptions& options) {
  const auto rank = static_cast<std::size_t>(world.rank().value());
  comm::together(world, [&] { require_clvaes(reader); });
  const std::vector<bool> intact = intact_members(world, reader, Kind::clvae);
  KindMembers members;
  TestBed bed;
  comm::together(world, [&] {
    members = chosen_members(reader, intact, options);
    bed = training_classes(reader);
  });
  const std::vector<reduce::Gaussians> fits = gaussian_fits(world, reader, bed, members);
  const std::string device = agreed_devices(world, config.training).at(rank).device;
  std::optional<RunEnsemble> run;
  comm::together(world,
                 [&] { run.emplace(assembled(reader, config, shape, members, fits, device)); });
  return std::move(*run);
}

RunEnsemble own_ensemble(const store::Reader& reader, const config::Config& config,
                         const data::ImageShape& shape, const ScoreOptions& options) {
  require_clvaes(reader);
  const std::size_t places = reader.summary(Kind::clvae).members;
  std::vector<bool> intact;
  for (std::uint32_t member = 0; member < places; ++member) {
    intact.push_back(reader.is_intact(Kind::clvae, MemberIndex{member}));
  }
  const KindMembers members = chosen_members(reader, intact, options);
  const TestBed bed = training_classes(reader);
  std::vector<reduce::Gaussians> fits;
  for (const MemberIndex member : members.intact) {
    fits.push_back(fit_of(reader, bed, Kind::clvae, member));
  }
  return assembled(reader, config, shape, members, fits, own_device(config.training).device);
}

Calibration calibrated(const store::Reader& reader, const RunEnsemble& run,
                       const ScoreOptions& options) {
  Calibration calibration;
  if (options.threshold) {
    calibration.threshold = static_cast<float>(*options.threshold);
  } else {
    const std::vector<float> held_out = stored_anomalies(reader, run, "validation");
    calibration.false_alarm_rate = options.false_alarm_rate;
    calibration.inliers = held_out.size();
    calibration.threshold = score::threshold_for(options.false_alarm_rate, held_out);
  }
  const std::vector<float> test = stored_anomalies(reader, run, "test");
  const std::vector<std::uint8_t> is_outlier = reader.samples("test").is_outlier;
  std::array<std::vector<float>, 2> groups;  // inliers, outliers
  for (std::size_t i = 0; i < test.size(); ++i) groups.at(is_outlier[i]).push_back(test[i]);
  const auto share_of = [&](const std::vector<float>& scores) {
    return reduce::proportion(score::alarms(scores, calibration.threshold), scores.size(),
                              kConfidence);
  };
  calibration.false_alarms = share_of(groups[0]);
  calibration.detections = share_of(groups[1]);
  return calibration;
}

std::string describe(const RunEnsemble& run, const config::Config& config) {
  return fmt::format("{} of {} CL-VAE members (score: {}, merge: {})", run.members.size(),
                     run.requested, config.reduction.score, config.reduction.merge);
}

std::string describe(const Calibration& calibration) {
  const std::string source =
      calibration.false_alarm_rate
          ? fmt::format("for a false-alarm rate of {:g} %, from {} held-out inliers",
                        100 * *calibration.false_alarm_rate, calibration.inliers)
          : "as given";
  return fmt::format(
      "anomalies are scores above {:.6g}, {};\n  at that, on the run's own test set, {} and {} are "
      "called anomalies",
      calibration.threshold, source, in_words(calibration.false_alarms, "inliers"),
      in_words(calibration.detections, "outliers"));
}

}  // namespace clvae::jobs
