#include "reduce/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::reduce {

std::vector<Moments> moments_of(const std::vector<std::vector<double>>& table) {
  const auto draws = static_cast<double>(table.size());
  std::vector<Moments> moments(table.front().size());
  for (const auto& row : table) {
    for (std::size_t k = 0; k < row.size(); ++k) moments[k].mean += row[k] / draws;
  }
  for (const auto& row : table) {
    for (std::size_t k = 0; k < row.size(); ++k) {
      const double gap = row[k] - moments[k].mean;
      moments[k].variance += gap * gap / draws;
    }
  }
  return moments;
}

std::vector<double> jackknife_variances(const std::vector<Moments>& moments) {
  const auto count = static_cast<double>(moments.size());
  std::vector<double> variances;
  double variance = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t size = 1; size <= moments.size(); ++size) {
    // All orders end with the same ensemble, whose variance can't be seen: size N-1 stands in.
    if (size < moments.size()) {
      const auto k = static_cast<double>(size);
      variance = moments[size - 1].variance * k / (count - k);
    }
    variances.push_back(variance);
  }
  return variances;
}

double student_quantile(double probability, double freedom) {
  if (std::isnan(freedom) || freedom <= 0) return std::numeric_limits<double>::quiet_NaN();
  if (std::isinf(freedom)) return boost::math::quantile(boost::math::normal(), probability);
  return boost::math::quantile(boost::math::students_t(freedom), probability);
}

double freedom_of(const Walk& walk) {
  if (walk.is_deterministic) return std::numeric_limits<double>::infinity();
  return static_cast<double>(walk.members()) - 1;
}

Interval interval_around(double mean, double half_width, double lowest) {
  if (std::isnan(half_width)) return {};
  return {std::max(lowest, mean - half_width), std::min(1.0, mean + half_width)};
}

void require_confidence(double confidence) {
  if (confidence > 0 && confidence < 1) return;
  throw UsageError(fmt::format("a confidence of {}: between 0 and 1 is needed", confidence));
}

void require_table(const Walk& walk) {
  if (walk.members() == 0) throw UsageError("a curve needs AUCs");
  for (const auto& row : walk.aucs) {
    if (row.size() == walk.members()) continue;
    throw UsageError(fmt::format("AUCs of {} sizes along one order and {} along another",
                                 walk.members(), row.size()));
  }
  if (walk.is_deterministic && walk.members() > 1) {
    throw UsageError(fmt::format("{} members that training again would not change: one is enough",
                                 walk.members()));
  }
}

}  // namespace clvae::reduce
