#pragma once
/// \file
/// How often the intervals hold what they say, on synthetic ensembles whose truth is known.

#include <cstddef>
#include <vector>

#include "core/random.hpp"

namespace clvae::coverage {

/// Members that give a sample its anomaly score: the member's quality (outliers only) + what all
/// members see in the sample + what this one sees, all normal. An ensemble's score is the mean, as
/// for reconstruction errors. The defaults give single AUCs of about 0.86 and merged ones of 0.94.
struct Pool {
  std::size_t members = 20;  ///< N
  double bad_share = 0;      ///< probability that a member is bad
  /// Spreads of quality that a bad member lacks; with 3 its AUC is lower by four standard
  /// deviations of good members' AUCs. A far worse one (6) that is one in ten can't be told from 8
  /// members, of which none is bad in 43 % of the trials: no interval made of those members knows
  /// of it.
  double bad_gap = 3;
  std::size_t inliers = 100;    ///< and as many outliers
  double quality = 2.2;         ///< mean of good members
  double quality_spread = 0.3;  ///< standard deviation of good members
  double shared = 1.0;          ///< standard deviation of what all members see
  double own = 1.0;             ///< standard deviation of what one member sees
};

/// Shares of trials in which an interval held, at one ensemble size.
struct Coverage {
  std::size_t size = 0;
  double curve = 0;     ///< the true mean AUC of this size on the trial's test set
  double ensemble = 0;  ///< the AUC of one fresh ensemble on the trial's test set; NaN for k = N
  double total = 0;     ///< the true mean AUC of this size over all test sets
};

/// Each trial has fresh members and a fresh test set, and goes through the walk and the curve of
/// the program. \param sizes to look at  \param draws orders of each trial
std::vector<Coverage> measure(const Pool& pool, const std::vector<std::size_t>& sizes,
                              std::size_t trials, std::size_t draws, Seed seed);

}  // namespace clvae::coverage
