#pragma once
/// \file
/// Members of an ensemble whose merged anomaly scores can be had for any order and every size.

#include <cstddef>
#include <vector>

#include <gsl/span>

#include "reduce/merge.hpp"

namespace clvae::reduce {

/// Members in the order in which they join.
using Order = std::vector<std::size_t>;

/// 1..16, then each about a tenth larger than the one before, and the last.
std::vector<std::size_t> sizes_a_tenth_apart(std::size_t members);
/// These, and the last but one, which leaves out each member once, and so tells of the last one's
/// variance.
std::vector<std::size_t> thinned_sizes(std::size_t members);

/// What a walk along orders of the members needs to know of them. A score may look at each member
/// alone and merge what they say (PackedScores), or at all that have joined so far together.
class ScoredMembers {
 public:
  ScoredMembers() = default;
  virtual ~ScoredMembers() = default;
  ScoredMembers(const ScoredMembers&) = delete;
  ScoredMembers& operator=(const ScoredMembers&) = delete;
  ScoredMembers(ScoredMembers&&) = default;
  ScoredMembers& operator=(ScoredMembers&&) = default;

  virtual std::size_t members() const = 0;
  virtual std::size_t samples() const = 0;
  /// Places between the scores of one size and those of the next; at least samples().
  virtual std::size_t stride() const = 0;

  /// The ensemble sizes whose scores are given, ascending, N the last.
  virtual std::vector<std::size_t> sizes() const;
  /// Whether a score looks at all members that have joined together, which costs so much that not
  /// all orders are walked (orders_of).
  virtual bool is_joint() const { return false; }

  /// Anomaly scores of the first k members of each order, k of sizes(); higher = more anomalous.
  /// \param scores [orders][sizes][stride()], what lies beyond samples() is undefined
  virtual void anomalies(gsl::span<const Order> orders, gsl::span<float> scores) const = 0;

  /// The same in whatever unit is quickest: they rank samples as their anomaly scores do.
  virtual void ranking_scores(gsl::span<const Order> orders, gsl::span<float> scores) const {
    anomalies(orders, scores);
  }

  /// Merges otherwise from now on. \return whether it can; else members have to be scored anew
  virtual bool change_merge(Merge /*merge*/) { return false; }
};

/// Anomaly scores of all members together. \return [samples]
std::vector<float> anomalies_of_all(const ScoredMembers& scored, const Order& order);

}  // namespace clvae::reduce
