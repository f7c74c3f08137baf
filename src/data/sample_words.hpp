#pragma once
/// \file
/// How samples and their values are called: the one place for words that differ between images and
/// vectors of features.

#include <string>

#include "data/dataset.hpp"

namespace clvae::data {

/// Words for samples of one kind.
struct SampleWords {
  const char* sample;   ///< "image" or "sample"
  const char* samples;  ///< "images" or "samples"
  const char* place;    ///< what a sample has one value for: "pixel" or "feature"
  const char* unit;     ///< of a value, as the networks take it
  const char* squared_unit;
  const char* density_unit;  ///< of the log of a density over values
  const char* class_mean;  ///< the mean of each inlier class's samples, and the order of its values
  const char* axes;        ///< " (channels x height x width)", to stand behind sizes; else empty
  const char* stream;      ///< how such samples come through a pipe
};

/// The words for samples of that shape. Any rank.
const SampleWords& words_of(const ImageShape& shape);

/// "1 x 28 x 28 (channels, height, width)" or "5 features each".
std::string size_in_words(const ImageShape& shape);

}  // namespace clvae::data
