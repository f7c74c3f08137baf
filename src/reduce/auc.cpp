#include "reduce/auc.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::reduce {

double auc(gsl::span<const double> scores, gsl::span<const std::uint8_t> is_outlier) {
  struct Sample {
    double score;
    bool outlier;
  };
  std::vector<Sample> samples;
  samples.reserve(scores.size());
  std::size_t outliers = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (std::isnan(scores[i])) {
      throw RunError(fmt::format("the anomaly score of test sample {} is not a number", i));
    }
    samples.push_back({scores[i], is_outlier[i] != 0});
    outliers += is_outlier[i] != 0 ? 1U : 0U;
  }
  const std::size_t inliers = samples.size() - outliers;
  if (inliers == 0 || outliers == 0) {
    throw UsageError(
        fmt::format("an AUC needs inliers and outliers; found {} and {}", inliers, outliers));
  }
  std::sort(samples.begin(), samples.end(),
            [](const Sample& a, const Sample& b) { return a.score < b.score; });
  // Twice the outliers' rank sum stays a whole number, so that nothing is rounded before the end.
  std::uint64_t doubled_rank_sum = 0;
  for (std::size_t begin = 0; begin < samples.size();) {
    std::size_t end = begin;
    std::uint64_t tied_outliers = 0;
    while (end < samples.size() && samples[end].score == samples[begin].score) {
      tied_outliers += samples[end].outlier ? 1U : 0U;
      ++end;
    }
    doubled_rank_sum += tied_outliers * (begin + 1 + end);
    begin = end;
  }
  const std::uint64_t doubled_pairs =
      doubled_rank_sum - std::uint64_t{outliers} * (std::uint64_t{outliers} + 1);
  return static_cast<double>(doubled_pairs) /
         (2.0 * static_cast<double>(outliers) * static_cast<double>(inliers));
}

}  // namespace clvae::reduce
