#pragma once
/// \file
/// From what readers find in files to a dataset.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace clvae::data {

/// One split as a reader found it. One of `bytes`, `numbers` and `features` is filled, or they are
/// to be read from `source`.
struct RawSplit {
  std::string where;               ///< what errors name: a file and a place in it
  std::vector<std::size_t> shape;  ///< [n, features], [n, height, width], or with channels
  std::vector<std::uint8_t> bytes;
  std::vector<float> numbers;
  std::vector<double> features;  ///< of [n, features], as they are stored
  std::shared_ptr<const SampleSource> source;
  std::vector<std::string> labels;  ///< [n]; whole numbers in digits
};

struct RawData {
  RawSplit train;
  std::size_t validation = 0;            ///< as `Dataset::validation`
  std::optional<RawSplit> test;          ///< else it is drawn from `train`
  std::vector<std::string> class_names;  ///< empty: the labels' own
  std::vector<Column> columns;           ///< of a table
  std::vector<std::string> warnings;     ///< as `Dataset` has them
};

/// Orders the axes, numbers the classes, draws a missing test split, and takes the fingerprint, for
/// which a source is read from its begin to its end.
/// Classes are numbered in the order of `class_names` (of which a whole number is a position), or
/// without them in the order of the labels: of whole numbers by size, else by their bytes.
/// \throws DataError for shapes that are no samples, splits that don't fit together, no samples,
///   numbers that are not finite, images that leave 0..1, labels that `class_names` does not have
Dataset assemble(RawData raw, const Source& source);

/// Gives a dataset whose samples and labels have been read its name, the names of its classes and
/// its fingerprint.
/// \param path of the data
/// \param known_fingerprint empty: it is taken from the samples
/// \throws DataError for a label that has no name, a test label that the training split has no
/// class
///   for, and where the splits' shapes differ
void complete(Dataset& dataset, const std::string& path, std::vector<std::string> class_names,
              const std::string& known_fingerprint);

}  // namespace clvae::data
