#pragma once
/// \file
/// A dataset from elsewhere, whose samples a run's ensembles are to recognise as anomalies.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/values.hpp"
#include "data/standardisation.hpp"
#include "data/unlabelled.hpp"

namespace clvae::evaluate {

/// What the user names: "[near:|far:]NAME=DATA".
/// \throws UsageError for words that are no such argument, or a name that can't be a folder's
config::EvaluationSet parse_set(const std::string& words);
/// All of them. \throws UsageError also where two sets have one name
std::vector<config::EvaluationSet> parse_sets(const std::vector<std::string>& words);

/// A set whose samples are still to be read.
struct OpenSet {
  std::unique_ptr<data::UnlabelledSamples> samples;
  /// What they were before they were brought to the run's shape, in words; empty where they had it.
  std::string brought_from;
};
/// Opens a set as the members of a run take samples. Files of images, which have no size of their
/// own, are brought to the run's; other images of another shape only where the set asks for it.
/// \throws DataError where it can't be read, or has another shape than `form`
OpenSet open_set(const config::EvaluationSet& set, data::SampleForm form);

/// Samples as members are trained on, all in memory.
class OutsideSet {
 public:
  /// Any rank; each reads its own. \param standardisation of features; without means: of images
  /// \throws DataError as `open_set`
  OutsideSet(const config::EvaluationSet& set, const data::SampleForm& form,
             const data::Standardisation& standardisation);
  /// Images. \param intensities in 0..1, [n, channels, height, width]
  OutsideSet(std::vector<float> intensities, const data::ImageShape& shape);

  std::size_t size() const { return size_; }
  Values values() const { return bytes_.empty() ? Values(numbers_) : Values(bytes_); }
  /// The name of each sample, in order, where each is a file of its own; else empty.
  const std::vector<std::string>& names() const { return names_; }
  const std::string& brought_from() const { return brought_from_; }  ///< as `OpenSet` has it
  /// What tells these samples from others.
  std::string fingerprint() const;
  /// What a user should be told of data that were left out; empty where none were.
  const std::string& warning() const { return warning_; }

 private:
  std::vector<std::uint8_t> bytes_;  ///< either these
  std::vector<float> numbers_;       ///< or these
  std::size_t size_ = 0;
  std::vector<std::string> names_;
  std::string brought_from_;
  std::string warning_;
};

}  // namespace clvae::evaluate
