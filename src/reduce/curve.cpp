#include "clvae/reduce/curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/math/distributions/students_t.hpp>
#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "clvae/core/random.hpp"
#include "clvae/reduce/auc.hpp"

namespace clvae::reduce {

namespace {

/// Mean and variance (divisor: their number) of one size's AUCs over the draws.
struct Moments {
  double mean = 0;
  double variance = 0;
};

Moments moments_of(const std::vector<std::vector<double>>& aucs, std::size_t size) {
  const auto draws = static_cast<double>(aucs.size());
  Moments moments;
  for (const auto& row : aucs) moments.mean += row[size - 1] / draws;
  for (const auto& row : aucs) {
    const double gap = row[size - 1] - moments.mean;
    moments.variance += gap * gap / draws;
  }
  return moments;
}

}  // namespace

std::vector<std::vector<std::size_t>> draw_orders(std::size_t members, std::size_t draws,
                                                  Seed seed) {
  if (members == 0 || draws == 0) {
    throw UsageError(fmt::format("orders need members and draws; found {} and {}", members, draws));
  }
  RandomStream stream(derive_seed(seed, "orders", {members}));
  std::vector<std::vector<std::size_t>> orders;
  for (std::size_t drawn = 0; drawn < draws; drawn += members) {
    std::vector<std::size_t> order = stream.permutation(members);
    for (std::size_t rotation = 0; rotation < members; ++rotation) {
      orders.push_back(order);
      std::rotate(order.begin(), order.begin() + 1, order.end());
    }
  }
  return orders;
}

std::vector<double> auc_along(const std::vector<std::size_t>& order, RunningMerge& merge,
                              gsl::span<const std::uint8_t> is_outlier) {
  merge.reset();
  std::vector<double> aucs;
  aucs.reserve(order.size());
  for (const std::size_t member : order) {
    merge.add(member);
    aucs.push_back(auc(merge.anomaly_scores(), is_outlier));
  }
  return aucs;
}

std::vector<CurvePoint> curve(const std::vector<std::vector<double>>& aucs, double confidence) {
  if (aucs.empty() || aucs.front().empty()) throw UsageError("a curve needs AUCs");
  const std::size_t members = aucs.front().size();
  for (const auto& row : aucs) {
    if (row.size() != members) {
      throw UsageError(fmt::format("AUCs of {} sizes along one order and {} along another", members,
                                   row.size()));
    }
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw UsageError(fmt::format("a confidence of {}: between 0 and 1 is needed", confidence));
  }
  const auto count = static_cast<double>(members);
  double multiplier = std::numeric_limits<double>::quiet_NaN();
  if (members > 1) {
    const boost::math::students_t student(count - 1);
    multiplier = boost::math::quantile(student, 0.5 + confidence / 2);
  }
  std::vector<CurvePoint> points;
  double variance = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t size = 1; size <= members; ++size) {
    const Moments moments = moments_of(aucs, size);
    // All orders end with the same ensemble, whose variance can't be seen: size N-1 stands in.
    if (size < members) {
      const auto k = static_cast<double>(size);
      variance = moments.variance * k / (count - k);
    }
    const double half_width = multiplier * std::sqrt(variance);
    CurvePoint point;
    point.size = size;
    point.mean = moments.mean;
    point.lower = std::isnan(half_width) ? half_width : std::max(0.0, moments.mean - half_width);
    point.upper = std::isnan(half_width) ? half_width : std::min(1.0, moments.mean + half_width);
    point.draws = aucs.size();
    points.push_back(point);
  }
  return points;
}

}  // namespace clvae::reduce
