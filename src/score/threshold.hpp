#pragma once
/// \file
/// From which score on a sample is called an anomaly.

#include <cstddef>
#include <vector>

namespace clvae::score {

/// The threshold for a wished false-alarm rate a, calibrated on the anomaly scores of n inliers
/// that no member was trained on: the m-th largest of them, m = floor(a (n + 1)). A sample is an
/// anomaly where its score is above. So at most m - 1 of the n inliers are, and a new inlier, if it
/// is drawn like them, is one with a probability of at most m / (n + 1) <= a (split conformal
/// prediction), whatever the distribution of the scores.
/// \throws UsageError where a is not in (0, 1), there are no inliers, or fewer than 1 / a - 1
float threshold_for(double false_alarm_rate, std::vector<float> inlier_scores);

/// How many scores are above the threshold.
std::size_t alarms(const std::vector<float>& scores, float threshold);

}  // namespace clvae::score
