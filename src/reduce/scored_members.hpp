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

  /// Anomaly scores of the first k members of each order, k = 1..N; higher = more anomalous.
  /// \param scores [orders][N][stride()], what lies beyond samples() is undefined
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
