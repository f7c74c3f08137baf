#pragma once
/// \file
/// Samples without labels, read block by block, so that data of any size can be gone through.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gsl/span>

#include "data/dataset.hpp"

namespace clvae::data {

/// What samples a run was trained on, so that new ones can be made alike.
struct SampleForm {
  ImageShape shape;
  bool are_bytes = true;        ///< images of 0..255; else of numbers in 0..1
  std::vector<Column> columns;  ///< of a table, in the order of the features; else empty
  std::string label_column;     ///< of a table; passed over where new data have it
  Axes axes = Axes::automatic;  ///< of arrays whose shape does not tell it
};

/// Samples in a row, [n, channels, height, width]. Either `pixels` or `values` is filled.
struct SampleBlock {
  std::vector<std::uint8_t> pixels;  ///< of images, 0..255
  std::vector<float> values;         ///< images in 0..1; features as they lie in their file
};

/// Samples in the order of their file. Each rank opens its own. All functions throw DataError where
/// the data can't be read on, or do not hold what they claim; it names the file and the sample.
class UnlabelledSamples {
 public:
  UnlabelledSamples() = default;
  virtual ~UnlabelledSamples() = default;
  UnlabelledSamples(const UnlabelledSamples&) = delete;
  UnlabelledSamples& operator=(const UnlabelledSamples&) = delete;

  virtual ImageShape shape() const = 0;
  /// How many there are in all; at least one.
  virtual std::size_t size() const = 0;
  /// The next samples; fewer than `most` only at the end.
  virtual SampleBlock next(std::size_t most) = 0;
  /// Passes over samples; no further than the end.
  virtual void skip(std::size_t count) = 0;
  /// The name of each sample, in order, where each is a file of its own; else empty.
  virtual gsl::span<const std::string> names() const { return {}; }
  /// What a user should be told of data that were left out; empty where none were.
  virtual std::string warning() const { return {}; }
};

/// The ways in which data to be scored may lie.
enum class DataKind { idx, cifar10, images, npz, hdf5, csv };

/// Where data to be scored lie, and how.
struct DataPlace {
  std::string path;  ///< of a file; of format images of a folder or a file
  DataKind kind = DataKind::idx;
};

/// Finds out what `path` is. Of a file, plain or with `.gz` where the format allows it, its first
/// bytes decide (HDF5, zip: npz, PNG, JPEG, PGM, PPM), else the end of its name (.h5, .hdf5, .npz,
/// .csv, .bin of CIFAR-10, those of images), else it is a CSV file where the run was trained on a
/// table and no byte of 0 comes first, and IDX where not. A folder stands for its test.csv where
/// the run was trained on a table; for t10k-images-idx3-ubyte or test_batch.bin where they are
/// there; for the images below `test` where it has both folders `train` and `test`; and else for
/// all images below it. \throws DataError where nothing of that name is there, or no regular file
/// or folder
DataPlace place_of_data(const std::string& path, const SampleForm& form);

/// Opens data of any kind but hdf5, which is read elsewhere (`unlabelled_array`). Labels are not
/// looked at.
/// - idx: [n, height, width] or [n, channels, height, width], unsigned bytes; cifar10: records.
/// - images: all PNG, JPEG, PGM and PPM files below the folder, in the order of their names' bytes,
///   each brought to the form's shape; names that begin with a dot are passed over, other files
///   too, with a warning. Holds the names of all files.
/// - npz: the array x, or x_test, or x_train.
/// - csv: a table with the form's columns, in any order; others are passed over.
/// \throws DataError where the data are not of that kind, are empty, or can't become such samples
///   at all; whether they have the form's shape is for the caller to see
std::unique_ptr<UnlabelledSamples> open_unlabelled(const DataPlace& place, const SampleForm& form);

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

/// What an IDX file of images begins with.
struct IdxHeader {
  ImageShape shape;
  std::size_t images = 0;
  std::size_t bytes = 0;  ///< of the header itself
};

/// Reads the header that `bytes` begin with; nothing where more bytes are needed. `images` may be
/// 0. \param name of the file, for errors \throws DataError for anything else
std::optional<IdxHeader> parse_idx_header(std::string_view bytes, const std::string& name);

}  // namespace clvae::data
