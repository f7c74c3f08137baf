#include "data/sample_words.hpp"

#include <fmt/format.h>

namespace clvae::data {

namespace {

constexpr SampleWords kImages{"image",
                              "images",
                              "pixel",
                              "intensity in 0..1",
                              "squared intensity, of intensities in 0..1",
                              "log of a density over intensities in 0..1",
                              "mean image of each inlier class, channel by channel, row by row",
                              " (channels x height x width)",
                              "images, as lines of JSON or as IDX"};

constexpr SampleWords kVectors{"sample",
                               "samples",
                               "feature",
                               "standard deviation of the feature",
                               "squared standard deviation of the feature",
                               "log of a density over standardised features",
                               "mean features of each inlier class",
                               "",
                               "vectors of features, as lines of JSON"};

}  // namespace

const SampleWords& words_of(const ImageShape& shape) {
  return shape.is_vector ? kVectors : kImages;
}

std::string size_in_words(const ImageShape& shape) {
  if (shape.is_vector) return fmt::format("{} features each", shape.channels);
  return fmt::format("{} x {} x {} (channels, height, width)", shape.channels, shape.height,
                     shape.width);
}

}  // namespace clvae::data
