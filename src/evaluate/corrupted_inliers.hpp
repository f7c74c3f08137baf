#pragma once
/// \file
/// A run's own test inliers, corrupted: sets that need no other data.

#include <cstddef>
#include <vector>

#include "config/config.hpp"
#include "evaluate/outside_set.hpp"
#include "store/reader.hpp"

namespace clvae::evaluate {

/// Every corruption of `data::corruptions` at severity 1, 3 and 5. The same on every rank.
class CorruptedInliers {
 public:
  /// Reads the run's dataset. Any rank. \throws UsageError where samples are no images; DataError
  /// where the dataset can't be read, or is not the run's any more
  CorruptedInliers(const store::Reader& reader, const config::Config& config);

  std::size_t size() const;
  /// What the set is called, e.g. "gaussian_noise_3". \param set below `size`
  SetArgument argument(std::size_t set) const;
  OutsideSet set(std::size_t set) const;

 private:
  data::ImageShape shape_;
  std::vector<float> intensities_;  ///< of the test inliers
};

}  // namespace clvae::evaluate
