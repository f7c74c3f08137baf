#include "reduce/comparison.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "reduce/curve.hpp"
#include "reduce/delong.hpp"
#include "reduce/statistics.hpp"

namespace clvae::reduce {

namespace {

/// Variance over fresh members at one size, and its degrees of freedom.
struct Uncertainty {
  double variance = 0;
  double freedom = 0;
};

using Table = std::vector<std::vector<double>>;

/// Two walks' AUCs along the same orders, [orders][N].
struct PairedAucs {
  Table ours;
  Table theirs;
};

/// AUCs at the measured sizes of another walk, and interpolated in between as that has them.
void thin_out(Table& aucs, const std::vector<std::size_t>& sizes) {
  for (std::vector<double>& row : aucs) {
    std::vector<double> kept;
    for (const std::size_t size : sizes) kept.push_back(row[size - 1]);
    row = at_all_sizes(sizes, kept, row.size());
  }
}

PairedAucs paired_aucs(const Walk& first, const Walk& second) {
  const std::size_t common = std::min(first.orders.size(), second.orders.size());
  const auto end = static_cast<std::ptrdiff_t>(common);
  if (!std::equal(first.orders.begin(), first.orders.begin() + end, second.orders.begin())) {
    throw UsageError("two scores of the same members can only be compared along the same orders");
  }
  PairedAucs aucs{{first.aucs.begin(), first.aucs.begin() + end},
                  {second.aucs.begin(), second.aucs.begin() + end}};
  if (first.is_joint && !second.is_joint) thin_out(aucs.theirs, first.measured_sizes);
  if (second.is_joint && !first.is_joint) thin_out(aucs.ours, second.measured_sizes);
  return aucs;
}

std::vector<Uncertainty> uncertainty_of_pairs(const Walk& first, const PairedAucs& aucs,
                                              std::size_t sizes, bool are_fixed) {
  Table differences = aucs.ours;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    for (std::size_t k = 0; k < differences[i].size(); ++k) {
      differences[i][k] -= aucs.theirs[i][k];
    }
  }
  const std::vector<double> variances = jackknife_variances(moments_of(differences));
  std::vector<Uncertainty> uncertainties;
  for (std::size_t k = 0; k < sizes; ++k) {
    uncertainties.push_back({are_fixed ? 0 : variances[k], freedom_of(first)});
  }
  return uncertainties;
}

std::vector<Uncertainty> uncertainty_of_others(const Walk& first, const Walk& second,
                                               std::size_t sizes) {
  const std::vector<double> ours = jackknife_variances(first);
  const std::vector<double> theirs = jackknife_variances(second);
  const double our_freedom = freedom_of(first);
  const double their_freedom = freedom_of(second);
  std::vector<Uncertainty> uncertainties;
  for (std::size_t k = 0; k < sizes; ++k) {
    const double own = ours[std::min(k, ours.size() - 1)];
    const double other = theirs[std::min(k, theirs.size() - 1)];
    const double sum = own + other;
    const double spread = own * own / our_freedom + other * other / their_freedom;
    // Where nothing varies, or one of them does not, the fewer of both is on the safe side.
    const double freedom = spread > 0 ? sum * sum / spread : std::min(our_freedom, their_freedom);
    uncertainties.push_back({sum, freedom});
  }
  return uncertainties;
}

/// Sizes 1..that both have; a deterministic method has all.
std::size_t compared_sizes(const Walk& first, const Walk& second) {
  if (first.is_deterministic) return second.members();
  if (second.is_deterministic) return first.members();
  return std::min(first.members(), second.members());
}

/// Mean placements at a size, or nothing where that size was not measured.
const std::vector<float>* placements_at(const Walk& walk, std::size_t size) {
  if (walk.is_deterministic) return &walk.placements.front();
  const auto& sizes = walk.measured_sizes;
  const auto found = std::lower_bound(sizes.begin(), sizes.end(), size);
  if (found == sizes.end() || *found != size) return nullptr;
  return &walk.placements[static_cast<std::size_t>(found - sizes.begin())];
}

std::vector<double> delong_variances(const Walk& first, const Walk& second, std::size_t sizes) {
  std::vector<std::size_t> measured;
  std::vector<double> variances;
  for (std::size_t size = 1; size <= sizes; ++size) {
    const auto* ours = placements_at(first, size);
    const auto* theirs = placements_at(second, size);
    if (ours == nullptr || theirs == nullptr) continue;
    measured.push_back(size);
    variances.push_back(delong_variance_of_difference(*ours, *theirs, first.inliers));
  }
  return at_all_sizes(measured, variances, sizes);
}

double mean_auc(const std::vector<Moments>& moments, std::size_t k) {
  return moments[std::min(k, moments.size() - 1)].mean;
}

}  // namespace

std::vector<ComparisonPoint> compare(const Walk& first, const Walk& second, Pairing pairing,
                                     double confidence) {
  require_confidence(confidence);
  require_table(first);
  require_table(second);
  if (first.inliers != second.inliers) {
    throw UsageError(fmt::format("methods tested on {} inliers and on {} can't be compared",
                                 first.inliers, second.inliers));
  }
  const std::size_t sizes = compared_sizes(first, second);
  const bool are_paired = pairing == Pairing::same_members;
  const PairedAucs aucs =
      are_paired ? paired_aucs(first, second) : PairedAucs{first.aucs, second.aucs};
  const auto uncertainties =
      are_paired ? uncertainty_of_pairs(first, aucs, sizes,
                                        first.is_deterministic && second.is_deterministic)
                 : uncertainty_of_others(first, second, sizes);
  const std::vector<double> delong = delong_variances(first, second, sizes);
  const std::vector<Moments> ours = moments_of(aucs.ours);
  const std::vector<Moments> theirs = moments_of(aucs.theirs);
  std::vector<ComparisonPoint> points;
  for (std::size_t k = 0; k < sizes; ++k) {
    const double error = std::sqrt(uncertainties[k].variance + delong[k]);
    const double freedom = uncertainties[k].freedom;
    ComparisonPoint point;
    point.size = k + 1;
    point.difference = mean_auc(ours, k) - mean_auc(theirs, k);
    const Interval both = interval_around(
        point.difference, student_quantile(0.5 + confidence / 2, freedom) * error, -1);
    point.lower = both.lower;
    point.upper = both.upper;
    point.one_sided_lower =
        interval_around(point.difference, student_quantile(confidence, freedom) * error, -1).lower;
    points.push_back(point);
  }
  return points;
}

std::optional<std::size_t> overtaking_size(const std::vector<ComparisonPoint>& points) {
  std::optional<std::size_t> size;
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    if (!(point->one_sided_lower > 0)) break;
    size = point->size;
  }
  return size;
}

}  // namespace clvae::reduce
