#pragma once
/// \file
/// What an ensemble says of new samples.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace clvae {

/// What an ensemble says of each of n samples; all vectors [n].
struct Scores {
  /// Higher = more anomalous: minus the largest merged class score of the members (of densities,
  /// minus its natural logarithm), or the distance of the nearest neighbours. No unit; may be
  /// negative.
  std::vector<float> anomaly;
  /// The class with the largest merged score, 0..K-1: an index into the ensemble's class names.
  std::vector<std::int32_t> nearest_class;
  /// Share, in 0..1, of the nearest class in the merged densities of all classes: its probability
  /// if the sample were of a known class and all were equally frequent. It says how surely the
  /// classes are told apart, not whether the sample is of any: `anomaly` says that.
  std::vector<float> confidence;
  /// Share, in 0..1, of the members whose own nearest class is not the ensemble's.
  std::vector<float> disagreement;

  std::size_t size() const { return anomaly.size(); }
};

}  // namespace clvae
