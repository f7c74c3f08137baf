#include "reduce/measures.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "reduce/group_ranks.hpp"
#include "reduce/kernels.hpp"

namespace clvae::reduce {

namespace {

constexpr double kDetected = 0.95;

using Counts = std::vector<std::uint32_t>;

}  // namespace

struct Measurer::Work {
  Work(std::size_t inlier_count, std::size_t outlier_count)
      : inliers(inlier_count),
        outliers(outlier_count),
        keys(inliers + outliers),
        below(inliers + outliers),
        equal(inliers + outliers),
        above_inlier(outliers + 1) {
    if (inliers == 0 || outliers == 0) {
      throw UsageError(
          fmt::format("an AUC needs inliers and outliers; found {} and {}", inliers, outliers));
    }
  }

  gsl::span<const std::int32_t> inlier_keys() const { return {keys.data(), inliers}; }
  gsl::span<const std::int32_t> outlier_keys() const { return {keys.data() + inliers, outliers}; }
  double pairs() const { return static_cast<double>(inliers) * static_cast<double>(outliers); }

  std::size_t inliers;
  std::size_t outliers;
  std::vector<std::int32_t> keys;
  GroupRanks ranks;
  Counts below;
  Counts equal;
  Counts above_inlier;  ///< inliers detected at the threshold at which so many outliers are
};

Measurer::Measurer(std::size_t inliers, std::size_t outliers)
    : work_(std::make_unique<Work>(inliers, outliers)) {}
Measurer::~Measurer() = default;
Measurer::Measurer(Measurer&&) noexcept = default;
Measurer& Measurer::operator=(Measurer&&) noexcept = default;

double Measurer::auc(gsl::span<const float> scores) {
  Work& work = *work_;
  kernels().order_keys(scores.data(), work.keys.size(), work.keys.data());
  work.ranks.build(work.inlier_keys());
  const std::uint64_t doubled = work.ranks.doubled_pairs(work.outlier_keys());
  return static_cast<double>(doubled) / (2 * work.pairs());
}

Measures Measurer::all(gsl::span<const float> scores, gsl::span<double> doubled_placements) {
  Work& work = *work_;
  kernels().order_keys(scores.data(), work.keys.size(), work.keys.data());
  const std::size_t inliers = work.inliers;
  const std::size_t outliers = work.outliers;
  const auto positives = static_cast<double>(outliers);

  // Inliers below each outlier.
  work.ranks.build(work.inlier_keys());
  std::uint32_t* inliers_below = work.below.data() + inliers;
  work.ranks.count(work.outlier_keys(), inliers_below, work.equal.data() + inliers);
  std::uint64_t doubled = 0;
  for (std::size_t i = inliers; i < work.keys.size(); ++i) {
    const std::uint32_t placement = 2 * work.below[i] + work.equal[i];
    doubled += placement;
    doubled_placements[i] += placement;
  }
  // Outliers above each inlier.
  work.ranks.build(work.outlier_keys());
  work.ranks.count(work.inlier_keys(), work.below.data(), work.equal.data());
  for (std::size_t i = 0; i < inliers; ++i) {
    doubled_placements[i] += 2 * (static_cast<double>(outliers) - work.below[i]) - work.equal[i];
  }
  // Outliers below each outlier; the inliers below are kept, the rest has been used.
  std::uint32_t* outliers_below = work.equal.data() + inliers;
  std::uint32_t* outliers_equal = work.above_inlier.data();
  work.ranks.count(work.outlier_keys(), outliers_below, outliers_equal);
  Measures measures;
  measures.auc = static_cast<double>(doubled) / (2 * work.pairs());
  const auto needed = static_cast<std::size_t>(std::ceil(kDetected * positives - 1e-9));
  std::size_t fewest = outliers + 1;
  std::size_t alarms = inliers;
  for (std::size_t i = 0; i < outliers; ++i) {
    const std::size_t hits = outliers - outliers_below[i];
    const std::size_t false_alarms = inliers - inliers_below[i];
    measures.average_precision +=
        static_cast<double>(hits) / static_cast<double>(hits + false_alarms) / positives;
    if (hits >= needed && hits < fewest) {
      fewest = hits;
      alarms = false_alarms;
    }
  }
  measures.fpr_at_95_tpr = static_cast<double>(alarms) / static_cast<double>(inliers);
  return measures;
}

double average_precision_of_inliers(gsl::span<const float> scores, std::size_t inliers) {
  std::vector<float> turned;
  for (const bool are_inliers : {false, true}) {
    for (const float score : are_inliers ? scores.first(inliers) : scores.subspan(inliers)) {
      turned.push_back(-score);
    }
  }
  std::vector<double> placements(turned.size());
  return Measurer(scores.size() - inliers, inliers).all(turned, placements).average_precision;
}

}  // namespace clvae::reduce
