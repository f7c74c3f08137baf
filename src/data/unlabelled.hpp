#pragma once
/// \file
/// Samples without labels, read block by block, so that data of any size can be gone through.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
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
  double scale = 1;             ///< of arrays of images, not of bytes: what stands for white
  Separator separator = Separator::automatic;              ///< of tables
  FeaturePrecision precision = FeaturePrecision::float64;  ///< of vectors of features
  ImageReading reading;                                    ///< of image files
  bool skips_unreadable = false;  ///< image files that can't be read are passed over
  std::string format;             ///< a word of the table of formats; empty: the data tell it
};

/// Samples in a row, [n, channels, height, width]. One of the three is filled.
struct SampleBlock {
  std::vector<std::uint8_t> pixels;  ///< of images, 0..255
  std::vector<float> values;         ///< of images, 0..1
  std::vector<double> features;      ///< as they are stored
  /// Places in the block of samples that could not be read, and have 0 for values.
  std::vector<std::size_t> unreadable = {};
};

/// A sample that could not be read.
struct UnreadableSample {
  std::size_t index = 0;
  std::string name;
  std::string reason;
};

/// What was noticed of the samples that this process has read so far.
struct ReadingNotes {
  std::vector<UnreadableSample> unreadable;
  std::size_t flawed = 0;    ///< samples of files that do not end as they are to
  std::string first_flawed;  ///< the name of one
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
  virtual ReadingNotes notes() const { return {}; }
};

/// Opens data to be scored, of whatever format they are. Labels are not looked at.
/// \param path of a file, plain or with .gz where the format allows it, or of a folder
/// \throws DataError where nothing of that name is there, the data are empty, or they can't become
///   samples at all; whether they have the form's shape is for the caller to see
std::unique_ptr<UnlabelledSamples> open_unlabelled(const std::string& path, const SampleForm& form);

}  // namespace clvae::data
