#pragma once
/// \file
/// What another test set would change: the sampling variance of an AUC.

#include <cstddef>

#include <gsl/span>

namespace clvae::reduce {

/// Variance of an AUC over test sets (DeLong, DeLong and Clarke-Pearson 1988): var(placements of
/// outliers) / outliers + var(placements of inliers) / inliers, variances with divisor n - 1. For
/// the mean of several AUCs on the same test set, of the mean placements.
/// \param placements [inliers, then outliers]: of an inlier the share of outliers above it, of an
///   outlier the share of inliers below it, ties half
/// \return NaN where a group has one sample \throws UsageError where one has none
double delong_variance(gsl::span<const float> placements, std::size_t inliers);

/// The same of the difference between two AUCs on the same samples: of the placements' differences.
/// \throws UsageError also where they are not of as many samples
double delong_variance_of_difference(gsl::span<const float> first, gsl::span<const float> second,
                                     std::size_t inliers);

}  // namespace clvae::reduce
