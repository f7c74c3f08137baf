#pragma once
/// \file
/// Labelled samples as they lie in their files.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/sample_source.hpp"
#include "data/image_reading.hpp"

namespace clvae::data {

/// Size of one image, or of a vector of features, which has as many channels of one pixel.
struct ImageShape {
  int channels = 0;
  int height = 0;
  int width = 0;
  bool is_vector = false;
  bool is_image() const { return !is_vector; }
  std::size_t pixels() const {
    return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width);
  }
  friend bool operator==(const ImageShape& a, const ImageShape& b) {
    return a.channels == b.channels && a.height == b.height && a.width == b.width &&
           a.is_vector == b.is_vector;
  }
  friend bool operator!=(const ImageShape& a, const ImageShape& b) { return !(a == b); }
};

/// "images of 1 x 28 x 28" (channels, height, width) or "vectors of 5 features".
std::string describe(const ImageShape& shape);

/// Images or vectors of features with one class label each. One of `pixels`, `values` and
/// `features` is filled, [size, channels, height, width], or they are to be read from `source`.
struct LabelledImages {
  ImageShape shape;
  std::vector<std::uint8_t> pixels;  ///< 0..255
  std::vector<float> values;         ///< images in 0..1
  std::vector<double> features;      ///< as they are stored
  std::shared_ptr<const SampleSource> source;
  std::vector<std::int32_t> labels;  ///< [size], class from 0
  std::size_t size() const { return labels.size(); }
  ValueType value_type() const {
    if (source) return source->type();
    if (!features.empty()) return ValueType::exact;
    return values.empty() ? ValueType::byte : ValueType::number;
  }
};

/// What a column of a table became: a number, or one feature for each category.
struct Column {
  std::string name;
  std::vector<std::string> categories;  ///< in the order of the features; empty: a number
};

/// A dataset with its published split, or one that was drawn.
struct Dataset {
  std::string name;  ///< last component of its path
  ValueType value_type = ValueType::byte;
  LabelledImages train;
  std::size_t validation = 0;  ///< samples at the end of `train` that are a validation split
  LabelledImages test;
  std::vector<std::string> class_names;  ///< "0", "1", ... where the format has no names
  std::string fingerprint;               ///< XXH3-128 of shape, samples and labels of both splits
  std::vector<Column> columns;           ///< of a table; else empty
  FeaturePrecision precision = FeaturePrecision::float64;  ///< as `Source` has it
  std::vector<std::string> warnings = {};  ///< what a user should be told of the reading
};

/// What stands between the fields of a table.
enum class Separator { automatic, comma, semicolon, tab };

/// Which of an array's axes holds the channels.
enum class Axes {
  automatic,       ///< the first or last of the three, whichever is 1 to 4 long
  channels_first,  ///< [n, channels, height, width]
  channels_last,   ///< [n, height, width, channels]
};

/// Where data lie, and how they are to be read.
struct Source {
  std::string format;                          ///< a word of the table of formats
  std::string path;                            ///< of a file or folder
  ImageShape image;                            ///< of format images: what all are brought to
  ImageReading reading;                        ///< of format images
  Axes axes = Axes::automatic;                 ///< of arrays of images
  double scale = 1;                            ///< of those not of bytes: what stands for white
  std::string fine_or_coarse = "fine";         ///< labels of format cifar100
  double test_fraction = 0.2;                  ///< of each class, where the data have no test split
  std::string label_column;                    ///< of a table
  std::vector<std::string> categorical;        ///< columns of a table that hold no numbers
  Separator separator = Separator::automatic;  ///< of a table
  FeaturePrecision precision = FeaturePrecision::float64;  ///< of vectors of features
  /// Of data that this process need not read, as another on this host has; empty: it is taken.
  std::string known_fingerprint;
};

/// Reads a dataset of the format that `Source::format` names. Any rank. \throws DataError, and
/// UsageError where there is no such format
Dataset load(const Source& source);

/// XXH3-128 of shape, labels and samples of both splits; sources are read from begin to end.
/// Features count as numbers of single precision where all of them are such, so that the same
/// numbers have one fingerprint in whatever type they are stored.
std::string fingerprint_of(const Dataset& dataset);

/// The classes that words name: one of the names; or, unless all names are whole numbers, the
/// position of a name from 0. \return ascending \throws DataError where there is none, or one twice
std::vector<int> classes_named(const std::vector<std::string>& words,
                               const std::vector<std::string>& class_names,
                               const std::string& dataset);
/// The word that `classes_named` takes for a class, a number wherever possible.
std::string word_for_class(int label, const std::vector<std::string>& class_names);

}  // namespace clvae::data
