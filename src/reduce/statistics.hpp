#pragma once
/// \file
/// What curves, comparisons and forecasts share.

#include <cstddef>
#include <vector>

#include "reduce/curve.hpp"

namespace clvae::reduce {

/// Mean and variance (divisor: their number) of one size's values over the draws.
struct Moments {
  double mean = 0;
  double variance = 0;
};
/// \param table [draws][N] \return [N]
std::vector<Moments> moments_of(const std::vector<std::vector<double>>& table);

/// V_k = s_k^2 k / (N - k), V_N := V_{N-1}; NaN where N = 1. \param moments [N]
std::vector<double> jackknife_variances(const std::vector<Moments>& moments);

/// The quantile of Student's t; of the normal distribution for infinitely many degrees of freedom;
/// NaN for none. \param probability in (0, 1)
double student_quantile(double probability, double freedom);

/// Degrees of freedom of what is known of a walk's members: N - 1, infinitely many where it is
/// deterministic.
double freedom_of(const Walk& walk);

/// mean -+ half_width within [lowest, 1]; NaN where half_width is.
Interval interval_around(double mean, double half_width, double lowest);

/// \throws UsageError
void require_confidence(double confidence);
/// \throws UsageError where a walk has no AUC or rows of several lengths
void require_table(const Walk& walk);

}  // namespace clvae::reduce
