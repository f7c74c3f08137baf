#include "reduce/curve.hpp"

#include <cmath>

#include "reduce/delong.hpp"
#include "reduce/statistics.hpp"

namespace clvae::reduce {

std::vector<double> jackknife_variances(const Walk& walk) {
  require_table(walk);
  if (walk.is_deterministic) return std::vector<double>(walk.members(), 0.0);
  return jackknife_variances(moments_of(walk.aucs));
}

std::vector<CurvePoint> curve(const Walk& walk, double confidence) {
  require_confidence(confidence);
  require_table(walk);
  const std::size_t members = walk.members();
  const auto count = static_cast<double>(members);
  const std::vector<Moments> moments = moments_of(walk.aucs);
  const std::vector<double> variances = jackknife_variances(walk);
  std::vector<double> delong;
  for (const auto& placements : walk.placements) {
    delong.push_back(delong_variance(placements, walk.inliers));
  }
  delong = at_all_sizes(walk.measured_sizes, delong, members);
  const auto precisions = at_all_sizes(walk.measured_sizes, walk.average_precision, members);
  const auto rates = at_all_sizes(walk.measured_sizes, walk.fpr_at_95_tpr, members);
  const double multiplier = student_quantile(0.5 + confidence / 2, freedom_of(walk));

  std::vector<CurvePoint> points;
  for (std::size_t i = 0; i < members; ++i) {
    const auto k = static_cast<double>(i + 1);
    const auto interval = [&](double variance) {
      return interval_around(moments[i].mean, multiplier * std::sqrt(variance), 0);
    };
    CurvePoint point;
    point.size = i + 1;
    point.mean = moments[i].mean;
    if (!walk.is_deterministic) point.curve = interval(variances[i]);
    if (i + 1 < members) {
      point.ensemble = interval(moments[i].variance * (count + k) / (count - k));
    }
    point.total = interval(variances[i] + delong[i]);
    point.draws = walk.aucs.size();
    point.average_precision = precisions[i];
    point.fpr_at_95_tpr = rates[i];
    points.push_back(point);
  }
  return points;
}

}  // namespace clvae::reduce
