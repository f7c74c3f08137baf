#pragma once
/// \file
/// AUC as a function of ensemble size, with its three intervals.

#include <vector>

#include "reduce/results.hpp"
#include "reduce/walk.hpp"

namespace clvae::reduce {

/// The curve and its intervals, all given training set and outlier classes. With s_k^2 the variance
/// of the AUC over the draws (divisor: their number) and D_k DeLong's variance of U_k, from
/// placements averaged over the draws:
/// - curve: V_k = s_k^2 k / (N - k), the delete-d jackknife (Shao and Wu 1989); V_N := V_{N-1},
///   because all draws of size N are the same ensemble;
/// - ensemble: s_k^2 (N + k) / (N - k), k < N: the spread of an ensemble, s_k^2 N / (N - k), and
/// V_k;
/// - total: V_k + D_k.
/// Each is U_k -+ t sqrt(variance), t the quantile of Student's t with N - 1 degrees of freedom,
/// clipped to [0, 1]. With one member the spread of members can't be seen: no interval (NaN); if it
/// is deterministic there is none, and its total interval is D_k alone with the normal quantile.
/// \param confidence in (0, 1) \throws UsageError where the walk is empty or confidence out of
/// range
std::vector<CurvePoint> curve(const Walk& walk, double confidence);

/// V_k of sizes 1..N; all NaN with one member, all 0 if that is deterministic.
std::vector<double> jackknife_variances(const Walk& walk);

}  // namespace clvae::reduce
