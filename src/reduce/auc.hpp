#pragma once
/// \file
/// Area under the ROC curve.

#include <cstdint>

#include <gsl/span>

namespace clvae::reduce {

/// The probability that an outlier's anomaly score is above an inlier's, ties counted half
/// (Mann-Whitney statistic by midranks, O(n log n)). Never flipped: below 0.5 stays below 0.5.
/// \param scores [n], higher = more anomalous; infinities are ordered, NaN is refused
/// \param is_outlier [n], 1: outlier
/// \throws RunError for a NaN score, UsageError where one of the two groups is empty.
double auc(gsl::span<const double> scores, gsl::span<const std::uint8_t> is_outlier);

}  // namespace clvae::reduce
