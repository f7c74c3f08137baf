#pragma once
/// \file
/// A dataset from elsewhere, whose samples a run's ensembles are to recognise as anomalies.

#include <cstdint>
#include <string>
#include <vector>

#include "core/values.hpp"
#include "data/standardisation.hpp"
#include "data/unlabelled.hpp"

namespace clvae::evaluate {

/// What the user names: "[GROUP:]NAME=DATA".
struct SetArgument {
  std::string group;  ///< "near" or "far"; empty: none
  std::string name;   ///< in tables and figures, and of the folder with its results
  std::string path;   ///< of a file or folder, in any format that can be scored
};

/// \throws UsageError for words that are no such argument, or a name that can't be a folder's
SetArgument parse_set(const std::string& words);
/// All of them. \throws UsageError also where two sets have one name
std::vector<SetArgument> parse_sets(const std::vector<std::string>& words);

/// Samples as members are trained on, all in memory.
class OutsideSet {
 public:
  /// Any rank; each reads its own. \param standardisation of features; without means: of images
  /// \throws DataError where they can't be read, or have another shape than `form`
  OutsideSet(const std::string& path, const data::SampleForm& form,
             const data::Standardisation& standardisation);
  /// Images. \param intensities in 0..1, [n, channels, height, width]
  OutsideSet(std::vector<float> intensities, const data::ImageShape& shape);

  std::size_t size() const { return size_; }
  Values values() const { return bytes_.empty() ? Values(numbers_) : Values(bytes_); }
  /// What tells these samples from others.
  std::string fingerprint() const;
  /// What a user should be told of data that were left out; empty where none were.
  const std::string& warning() const { return warning_; }

 private:
  std::vector<std::uint8_t> bytes_;  ///< either these
  std::vector<float> numbers_;       ///< or these
  std::size_t size_ = 0;
  std::string warning_;
};

}  // namespace clvae::evaluate
