#pragma once
/// \file
/// AUC as a function of ensemble size, with its interval.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gsl/span>

#include "clvae/core/strong.hpp"
#include "clvae/reduce/merge.hpp"

namespace clvae::reduce {

/// Orders in which to walk through `members` members: all rotations of q seeded random
/// permutations, q = ceil(draws / members), so that size 1 uses every member equally often and size
/// N-1 is every leave-one-out set. \return [q * members] orders of 0..members-1
/// \throws UsageError where members or draws is not positive.
std::vector<std::vector<std::size_t>> draw_orders(std::size_t members, std::size_t draws,
                                                  Seed seed);

/// Walks along one order; \return [N]: AUC of the first k members, k = 1..N.
std::vector<double> auc_along(const std::vector<std::size_t>& order, RunningMerge& merge,
                              gsl::span<const std::uint8_t> is_outlier);

/// The curve at one ensemble size.
struct CurvePoint {
  std::size_t size = 0;
  double mean = 0;   ///< over the draws
  double lower = 0;  ///< of the curve interval; NaN where N = 1
  double upper = 0;
  std::size_t draws = 0;
};

/// The curve and its curve interval (for the mean AUC of k fresh members, given training set and
/// outlier class): V_k = s_k^2 k / (N - k), the delete-d jackknife (Shao and Wu 1989), s_k^2 the
/// variance over the draws (divisor: their number), V_N := V_{N-1}; Student t with N - 1 degrees of
/// freedom; bounds clipped to [0, 1].
/// \param aucs [orders][N]  \param confidence in (0, 1)
/// \throws UsageError where aucs is empty or ragged, or confidence is out of range.
std::vector<CurvePoint> curve(const std::vector<std::vector<double>>& aucs, double confidence);

}  // namespace clvae::reduce
