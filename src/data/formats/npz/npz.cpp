/// \file
/// Archives of NumPy arrays.
#include <algorithm>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "data/assembly.hpp"
#include "data/formats/array_samples.hpp"
#include "data/formats/npz/archive.hpp"
#include "data/formats/signs.hpp"
#include "data/formats/table.hpp"

namespace clvae::data {

namespace {

RawSplit split_of(const Archive& archive, const std::string& samples, const std::string& labels,
                  FeaturePrecision precision) {
  NpyArray x = archive.read(samples, samples_in(precision));
  NpyArray y = archive.read(labels, NpyUse::labels);
  // Keras has its labels as a column.
  if (y.shape.size() > 2 || (y.shape.size() == 2 && y.shape[1] != 1) || y.shape.empty()) {
    throw DataError(archive.path_of(labels),
                    fmt::format("an array of shape [{}]", fmt::join(y.shape, ", ")),
                    "one label for each sample, [n]");
  }
  RawSplit raw;
  raw.where = archive.path_of(samples);
  raw.shape = std::move(x.shape);
  raw.bytes = std::move(x.bytes);
  raw.numbers = std::move(x.numbers);
  raw.features = std::move(x.features);
  raw.labels = std::move(y.texts);
  return raw;
}

/// An array in an archive, unpacked as it is read.
class PackedArray {
 public:
  PackedArray(const std::string& path, const std::string& name, NpyUse use)
      : archive_(path), array_(archive_.open(name), archive_.path_of(name), use) {
    for (std::size_t axis = 1; axis < shape().size(); ++axis) row_ *= shape()[axis];
  }

  const std::vector<std::size_t>& shape() const { return array_.shape(); }

  SampleBlock rows(std::size_t begin, std::size_t count) {
    constexpr std::size_t kDroppedTogether = 1024;
    while (place_ < begin) take(std::min(kDroppedTogether, begin - place_));
    NpyArray taken = take(count);
    if (place_ == shape().front()) array_.finish();
    return {std::move(taken.bytes), std::move(taken.numbers), std::move(taken.features)};
  }

 private:
  NpyArray take(std::size_t count) {
    NpyArray taken;
    array_.next(count * row_, taken);
    place_ += count;
    return taken;
  }

  Archive archive_;
  NpyReader array_;
  std::size_t row_ = 1;  ///< elements of each
  std::size_t place_ = 0;
};

std::string array_to_score(const std::string& path) {
  const Archive archive(path);
  for (const char* name : {"x", "x_test", "x_train"}) {
    if (archive.has(name)) return name;
  }
  throw DataError(path, "the arrays " + joined(archive.arrays()), "x, x_test or x_train");
}

}  // namespace

Sign sign_of_npz(const Candidate& data) {
  if (begins_with(data.start, "PK\x03\x04")) return Sign::content;
  return !data.is_folder && has_ending(data.path, {".npz"}) ? Sign::name : Sign::none;
}

/// Reads x_train and y_train, and x_test and y_test where they are there, or x and y, and the names
/// class_names where they are there. Samples are numbers, [n, features], [n, height, width] or with
/// channels; labels whole numbers or strings.
/// \throws DataError for an archive or array that is damaged, cut off, in Fortran order or of
///   another type, and as `assemble`
Dataset load_npz(const Source& source) {
  const Archive archive(source.path);
  RawData raw;
  const bool is_bare = !archive.has("x_train") && archive.has("x");
  raw.train = is_bare ? split_of(archive, "x", "y", source.precision)
                      : split_of(archive, "x_train", "y_train", source.precision);
  if (archive.has("x_test") || archive.has("y_test")) {
    raw.test = split_of(archive, "x_test", "y_test", source.precision);
  }
  if (archive.has("class_names")) {
    raw.class_names = archive.read("class_names", NpyUse::labels).texts;
  }
  return assemble(std::move(raw), source);
}

/// Opens the array x, or x_test, or x_train.
std::unique_ptr<UnlabelledSamples> open_npz(const std::string& path, const SampleForm& form) {
  const std::string name = array_to_score(path);
  const auto array = std::make_shared<PackedArray>(path, name, samples_in(form.precision));
  return unlabelled_array(
      {path + ": " + name, array->shape(),
       [array](std::size_t begin, std::size_t count) { return array->rows(begin, count); }},
      form);
}

}  // namespace clvae::data
