#pragma once
/// \file
/// Samples to be scored that are rows of an array.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/unlabelled.hpp"

namespace clvae::data {

/// An array that is read piece by piece.
struct ArrayRows {
  std::string where;               ///< a file and a place in it, for errors
  std::vector<std::size_t> shape;  ///< [n, features], [n, height, width], or with channels
  /// Rows along the first axis as they lie in the file; `begin` never falls.
  std::function<SampleBlock(std::size_t begin, std::size_t count)> read;
};

/// Channels are in the axis that gives images of the form's shape, else where the form's axes say.
/// \throws DataError for a shape that is no samples
std::unique_ptr<UnlabelledSamples> unlabelled_array(ArrayRows rows, const SampleForm& form);

}  // namespace clvae::data
