#pragma once
/// \file
/// Labelled samples as they lie in their files, and their readers.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/sample_source.hpp"

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

/// Images or vectors of features with one class label each. Either `pixels` or `values` is filled,
/// [size, channels, height, width], or they are to be read from `source`.
struct LabelledImages {
  ImageShape shape;
  std::vector<std::uint8_t> pixels;  ///< 0..255
  std::vector<float> values;         ///< images in 0..1; features of any size
  std::shared_ptr<const SampleSource> source;
  std::vector<std::int32_t> labels;  ///< [size], class from 0
  std::size_t size() const { return labels.size(); }
  ValueType value_type() const {
    if (source) return source->type();
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
  LabelledImages test;
  std::vector<std::string> class_names;  ///< "0", "1", ... where the format has no names
  std::string fingerprint;               ///< XXH3-128 of shape, samples and labels of both splits
  std::vector<Column> columns;           ///< of a table; else empty
};

/// Which of an array's axes holds the channels.
enum class Axes {
  automatic,       ///< the first or last of the three, whichever is 1 to 4 long
  channels_first,  ///< [n, channels, height, width]
  channels_last,   ///< [n, height, width, channels]
};

/// Where data lie, and how they are to be read.
struct Source {
  std::string format;  ///< idx, cifar10, images, npz or csv
  std::string path;
  ImageShape image;                      ///< of format images: what all are brought to
  Axes axes = Axes::automatic;           ///< of arrays of images
  double test_fraction = 0.2;            ///< of each class, where the data have no test split
  std::string label_column;              ///< of a table
  std::vector<std::string> categorical;  ///< columns of a table that hold no numbers
  /// Of data that this process need not read, as another on this host has; empty: it is taken.
  std::string known_fingerprint;
};

/// Reads `{train,t10k}-{images-idx3,labels-idx1}-ubyte` from a folder, each plain or with `.gz`
/// (http://yann.lecun.com/exdb/mnist). Any rank.
/// \throws DataError for a file that is missing, a directory, truncated, damaged, of another magic
///   number or type, with a size in its header that its length does not bear out, with fewer labels
///   than images or the other way round, or with trailing bytes.
Dataset load_idx(const std::string& folder);

/// Reads `data_batch_1..5.bin` and `test_batch.bin` from a folder: records of one label byte and
/// 3 x 1,024 bytes (red, green, blue; 32 x 32), https://www.cs.toronto.edu/~kriz/cifar.html;
/// class names from `batches.meta.txt` where it is there. Any rank.
/// \throws DataError as above, and for a label over 9.
Dataset load_cifar10(const std::string& folder);

/// Reads `train/CLASS/*` and `test/CLASS/*`, or `CLASS/*` without a test split, from a folder: PNG,
/// JPEG, PGM or PPM images of any size, each brought to the source's shape (1 or 3 channels). An
/// alpha channel is dropped. Files count in the order of their names' bytes; names that begin with
/// a dot are passed over. Any rank.
/// \throws DataError for an image that can't be read, is cut off, damaged or of more than 2^27
///   pixels, a file of another kind or a folder in a class's folder, and a class without images
Dataset load_images(const Source& source);

/// Reads x_train and y_train, and x_test and y_test where they are there, or x and y, and the names
/// class_names where they are there, from a NumPy archive. Samples are numbers, [n, features], [n,
/// height, width] or with channels; labels whole numbers or strings. Any rank.
/// \throws DataError for an archive or array that is damaged, cut off, in Fortran order or of
/// another
///   type, and as `assemble`
Dataset load_npz(const Source& source);

/// Reads a table from a CSV file, or from train.csv and test.csv in a folder: a line with the names
/// of the columns, then records. Categories become one feature each, in the order of their names.
/// Any rank. \throws DataError for a missing column, a record with another number of fields, a
/// field
///   that is no finite number, and a category in test.csv that train.csv does not have
Dataset load_csv(const Source& source);

/// Reads a dataset of the format that `Source::format` names. \throws DataError, UsageError
Dataset load(const Source& source);

/// The classes that words name: one of the names; or, unless all names are whole numbers, the
/// position of a name from 0. \return ascending \throws DataError where there is none, or one twice
std::vector<int> classes_named(const std::vector<std::string>& words,
                               const std::vector<std::string>& class_names,
                               const std::string& dataset);
/// The word that `classes_named` takes for a class, a number wherever possible.
std::string word_for_class(int label, const std::vector<std::string>& class_names);

}  // namespace clvae::data
