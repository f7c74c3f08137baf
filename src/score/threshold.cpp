#include "score/threshold.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::score {

float threshold_for(double false_alarm_rate, std::vector<float> inlier_scores) {
  if (!(false_alarm_rate > 0 && false_alarm_rate < 1)) {
    throw UsageError(
        fmt::format("a false-alarm rate of {}; expected one between 0 and 1", false_alarm_rate));
  }
  const std::size_t count = inlier_scores.size();
  if (count == 0) {
    throw UsageError(
        "there are no held-out inliers to calibrate a threshold on "
        "(training.validation_fraction is 0): choose the threshold itself");
  }
  const auto rank =
      static_cast<std::size_t>(std::floor(false_alarm_rate * static_cast<double>(count + 1)));
  if (rank == 0) {
    throw UsageError(fmt::format(
        "a false-alarm rate of {} can't be told from {} held-out inliers: the least is {:.3g}",
        false_alarm_rate, count, 1.0 / static_cast<double>(count + 1)));
  }
  const auto place = inlier_scores.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(inlier_scores.begin(), place, inlier_scores.end(), std::greater<>());
  return *place;
}

std::size_t alarms(const std::vector<float>& scores, float threshold) {
  return static_cast<std::size_t>(std::count_if(
      scores.begin(), scores.end(), [threshold](float score) { return score > threshold; }));
}

}  // namespace clvae::score
