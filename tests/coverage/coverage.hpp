#pragma once
/// \file
/// How often the intervals hold what they say, on synthetic ensembles whose truth is known.

#include <cstddef>
#include <vector>

#include "core/random.hpp"
#include "reduce/results.hpp"

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

bool holds(const reduce::Interval& interval, double truth);

/// Each trial has fresh members and a fresh test set, and goes through the walk and the curve of
/// the program. \param sizes to look at  \param draws orders of each trial
std::vector<Coverage> measure(const Pool& pool, const std::vector<std::size_t>& sizes,
                              std::size_t trials, std::size_t draws, Seed seed);

/// Members that see samples through a map and noise of their own, in two dimensions; scores of all
/// of them at once, whose fitted parts are fitted anew for each set of members. Inliers are of two
/// classes, outliers lie between them.
struct JointPool {
  std::size_t members = 20;
  std::size_t references = 80;
  std::size_t inliers = 100;  ///< and as many outliers
  double own = 1.5;  ///< standard deviation of what one member sees, on average over members
};

/// The same shares of a joint score, given the reference inliers, which are the training set. What
/// is true is the mean over all trials of the mean AUC of the size: `curve` and `ensemble` on a
/// test set that all trials have, `total` in as many trials with a fresh one each. \param score
/// "joint" or "nearest"
std::vector<Coverage> measure_joint(const JointPool& pool, const char* score,
                                    const std::vector<std::size_t>& sizes, std::size_t trials,
                                    Seed seed);

}  // namespace clvae::coverage
