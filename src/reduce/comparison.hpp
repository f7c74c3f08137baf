#pragma once
/// \file
/// Two methods at equal ensemble size, and from which size on one is the better.

#include <cstddef>
#include <optional>
#include <vector>

#include "reduce/results.hpp"
#include "reduce/walk.hpp"

namespace clvae::reduce {

/// Where two walks' members come from.
enum class Pairing {
  same_members,   ///< two ways to score or merge the same members, walked in the same orders
  other_members,  ///< trained apart
};

/// Two scores of the same members are compared along the orders that both were walked in, where one
/// is joint and the other is not; and at the sizes that both have AUCs of, interpolated in between.
///
/// The difference at sizes 1..the smaller N; a deterministic method (one member) has the same AUC
/// at every size. Its variance is that over fresh members and fresh test sets, training set and
/// outlier classes given: same members: the delete-d jackknife (curve.hpp) of the difference along
/// each order, which keeps what both gain or lose from the same members; other members: the sum of
/// both V_k; and to either DeLong's variance of the difference on the same samples. Student's t
/// with N - 1 degrees of freedom; for other members those of Welch and Satterthwaite, (V + W)^2 /
/// (V^2 / (N - 1) + W^2 / (M - 1)). Bounds are NaN where either method has one member and is not
/// deterministic. \param confidence in (0, 1) \throws UsageError where the walks are not of the
/// same test samples,
///   or paired ones of other orders than the first of each other's
std::vector<ComparisonPoint> compare(const Walk& first, const Walk& second, Pairing pairing,
                                     double confidence);

/// The smallest size from which on, for all larger sizes, the one-sided bound is above zero, if
/// there is one.
///
/// It needs no correction for looking at many sizes. Be k* the true size from which on the first
/// method is better. If the answer is below k*, then every size from the answer on passed its test,
/// size k* - 1 among them, at which the first method is not better. That is one fixed size, and its
/// test errs with probability 1 - confidence at most, however the sizes depend on one another. So
/// the answer is an upper confidence bound for k* (an intersection-union test; the same as testing
/// from the largest size downwards and stopping at the first that fails), and all differences from
/// it on are above zero together with the confidence of one.
std::optional<std::size_t> overtaking_size(const std::vector<ComparisonPoint>& points);

}  // namespace clvae::reduce
