#include "train/learning_rate.hpp"

#include <algorithm>
#include <cmath>

namespace clvae::train {

double learning_rate_at(LearningRateSchedule schedule, double peak, long step, long steps) {
  if (schedule == LearningRateSchedule::constant) return peak;
  constexpr double kPi = 3.14159265358979323846;
  constexpr double kRisingShare = 0.3;
  const double first = peak / 25;
  const double last = first / 1e4;
  const auto half_cosine = [](double from, double to, double share) {
    return to + (from - to) / 2 * (1 + std::cos(kPi * std::clamp(share, 0.0, 1.0)));
  };
  const double top = kRisingShare * static_cast<double>(steps) - 1;
  const auto position = static_cast<double>(step);
  if (position <= top) return half_cosine(first, peak, top > 0 ? position / top : 1.0);
  return half_cosine(peak, last, (position - top) / (static_cast<double>(steps) - 1 - top));
}

}  // namespace clvae::train
