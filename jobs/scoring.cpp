#include "scoring.hpp"

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "clvae/data/split.hpp"
#include "experiment.hpp"

namespace clvae::jobs {

namespace {

Method latent_divergence(const TestBed& bed, reduce::Score score, reduce::Merge merge) {
  Method method;
  method.name = name_of(Kind::clvae);
  method.score = name_of(score);
  method.title = "CL-VAE, latent divergence";
  method.merge = merge;
  method.values.samples = bed.test.labels.size();
  method.values.classes = static_cast<std::size_t>(bed.classes);
  method.values.logarithms = reduce::is_logarithm(score);
  return method;
}

Method reconstruction_error(const TestBed& bed) {
  Method method;
  method.name = name_of(Kind::clvae);
  method.score = "reconstruction_error";
  method.title = "CL-VAE, reconstruction error";
  method.values.samples = bed.test.labels.size();
  method.values.classes = 1;
  method.values.higher_is_normal = false;
  return method;
}

/// Rows of the test inliers. \param latents [test samples, d]
std::vector<float> inlier_latents(const TestBed& bed, const std::vector<float>& latents) {
  const auto dimension = static_cast<std::size_t>(bed.latent_dim);
  std::vector<float> rows;
  for (std::size_t i = 0; i < bed.test.labels.size(); ++i) {
    if (bed.test.is_outlier[i] != 0) continue;
    const auto begin = latents.begin() + static_cast<long>(i * dimension);
    rows.insert(rows.end(), begin, begin + static_cast<long>(dimension));
  }
  return rows;
}

}  // namespace

TestBed test_bed(const store::Reader& reader, const std::vector<bool>& intact) {
  TestBed bed;
  const std::vector<std::int32_t> stored = reader.inlier_classes();
  const std::vector<int> inliers(stored.begin(), stored.end());
  bed.classes = static_cast<int>(inliers.size());
  bed.latent_dim = static_cast<int>(reader.summary(Kind::clvae).latent_dim);
  bed.test = reader.samples("test");
  bed.train_classes = data::inlier_indices(reader.samples("train").labels, inliers);
  std::vector<std::int32_t> inlier_labels;
  for (std::size_t i = 0; i < bed.test.labels.size(); ++i) {
    if (bed.test.is_outlier[i] == 0) inlier_labels.push_back(bed.test.labels[i]);
  }
  bed.test_inlier_classes = data::inlier_indices(inlier_labels, inliers);
  for (std::uint32_t member = 0; member < intact.size(); ++member) {
    if (intact[member]) bed.members.emplace_back(member);
  }
  if (bed.members.empty()) {
    throw RunError(
        fmt::format("{}: none of {} members is done, so there is nothing to reduce; clvae info "
                    "tells why",
                    reader.path(), intact.size()));
  }
  return bed;
}

Scores score_members(const store::Reader& reader, const TestBed& bed,
                     const config::Reduction& reduction) {
  // The loader allows no other words.
  const reduce::Score score = reduce::score_named(reduction.score).value();
  const reduce::Merge merge = reduce::merge_named(reduction.merge).value();
  Scores scores;
  Method divergence = latent_divergence(bed, score, merge);
  Method error = reconstruction_error(bed);
  for (const MemberIndex member : bed.members) {
    const reduce::Gaussians gaussians =
        reduce::fit_gaussians(reader.slab(Kind::clvae, member, slab::kTrainLatents),
                              bed.train_classes, bed.classes, bed.latent_dim);
    const std::vector<float> latents = reader.slab(Kind::clvae, member, slab::kTestLatents);
    divergence.values.members.push_back(reduce::class_scores(gaussians, latents, score));
    const std::vector<float> errors = reader.slab(Kind::clvae, member, slab::kTestErrors);
    error.values.members.emplace_back(errors.begin(), errors.end());
    scores.inlier_accuracy.push_back(
        reduce::inlier_accuracy(gaussians, inlier_latents(bed, latents), bed.test_inlier_classes));
  }
  scores.methods.push_back(std::move(divergence));
  scores.methods.push_back(std::move(error));
  return scores;
}

}  // namespace clvae::jobs
