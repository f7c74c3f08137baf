#pragma once
/// \file
/// What a walk along orders of the members needs to know of an ensemble.

#include <cstddef>
#include <vector>

#include <gsl/span>

namespace clvae::reduce {

/// Members in the order in which they join.
using Order = std::vector<std::size_t>;

/// Members whose merged anomaly scores can be had for any order and every size at once.
class Ensemble {
 public:
  Ensemble() = default;
  virtual ~Ensemble() = default;
  Ensemble(const Ensemble&) = delete;
  Ensemble& operator=(const Ensemble&) = delete;
  Ensemble(Ensemble&&) = default;
  Ensemble& operator=(Ensemble&&) = default;

  virtual std::size_t members() const = 0;
  virtual std::size_t samples() const = 0;
  /// Places between the scores of one size and those of the next; at least samples().
  virtual std::size_t stride() const = 0;

  /// Scores of the first k members of each order, k = 1..N, that rank samples as their anomaly
  /// scores do: higher = more anomalous, in whatever unit is quickest.
  /// \param scores [orders][N][stride()], what lies beyond samples() is undefined
  virtual void ranking_scores(gsl::span<const Order> orders, gsl::span<float> scores) const = 0;
};

}  // namespace clvae::reduce
