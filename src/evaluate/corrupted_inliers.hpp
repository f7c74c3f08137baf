#pragma once
/// \file
/// A run's own test inliers, corrupted: sets that need no other data.

#include <cstddef>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "data/corruptions.hpp"
#include "evaluate/outside_set.hpp"
#include "store/reader.hpp"

namespace clvae::evaluate {

/// A set of corrupted inliers, before any is made.
struct CorruptedSet {
  config::EvaluationSet set;  ///< called e.g. "gaussian_noise_3"; its path says what it is
  const data::Corruption* corruption = nullptr;
  int severity = 1;
  /// What tells the samples from others of the same run.
  std::string fingerprint() const;
};
/// Every corruption of `data::corruptions` at severity 1, 3 and 5.
std::vector<CorruptedSet> corrupted_sets();

/// \throws UsageError where samples of that shape are no images, and so can't be corrupted
void require_images(const data::ImageShape& shape);

/// What they are made of. The same on every rank.
class CorruptedInliers {
 public:
  /// Reads the run's dataset. Any rank. \throws UsageError where samples are no images; DataError
  /// where the dataset can't be read, or is not the run's any more
  CorruptedInliers(const store::Reader& reader, const config::Config& config);

  /// \param corrupted one of `corrupted_sets`
  OutsideSet samples(const CorruptedSet& corrupted) const;

 private:
  data::ImageShape shape_;
  std::vector<float> intensities_;  ///< of the test inliers
};

}  // namespace clvae::evaluate
