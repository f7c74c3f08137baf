/// \file
/// Archives of NumPy arrays.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/assembly.hpp"
#include "data/formats/array_names.hpp"
#include "data/formats/array_samples.hpp"
#include "data/formats/npz/archive.hpp"
#include "data/formats/signs.hpp"
#include "data/formats/table.hpp"
#include "data/label_values.hpp"

namespace clvae::data {

namespace {

constexpr const char* kArrays =
    "x_train and y_train (and x_test and y_test), x and y, or other names in use, which "
    "configs/README.md lists";

std::vector<std::string> labels_in(const Archive& archive, const std::string& name) {
  const std::string where = archive.path_of(name);
  NpyReader reader(archive.open(name), where, NpyUse::rounded);
  return one_hot_labels(
      reader.shape(),
      [&](std::size_t /*first*/, std::size_t count) {
        NpyArray rows;
        reader.next(count * reader.shape()[1], rows);
        if (rows.numbers.empty()) rows.numbers.assign(rows.bytes.begin(), rows.bytes.end());
        return rows.numbers;
      },
      where);
}

/// Labels that are texts, whole numbers or one-hot rows.
std::vector<std::string> read_labels(const Archive& archive, const std::string& name) {
  const std::vector<std::size_t> shape = archive.shape(name);
  if (has_one_hot_shape(shape)) return labels_in(archive, name);
  // Keras has its labels as a column.
  if (shape.empty() || shape.size() > 2 || (shape.size() == 2 && shape[1] != 1)) {
    throw DataError(archive.path_of(name),
                    fmt::format("an array of shape [{}]", fmt::join(shape, ", ")),
                    "one label for each sample, [n], or one-hot rows");
  }
  return archive.read(name, NpyUse::labels).texts;
}

RawSplit split_of(const Archive& archive, const ArrayPair& names, FeaturePrecision precision) {
  NpyArray x = archive.read(names.samples, samples_in(precision));
  RawSplit raw;
  raw.where = archive.path_of(names.samples);
  raw.labels = read_labels(archive, names.labels);
  raw.shape = std::move(x.shape);
  raw.bytes = std::move(x.bytes);
  raw.numbers = std::move(x.numbers);
  raw.features = std::move(x.features);
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

HasArray names_in(const Archive& archive) {
  return [&archive](const std::string& name) { return archive.has(name); };
}

std::string name_to_score(const std::string& path) {
  const Archive archive(path);
  if (const auto name = array_to_score(names_in(archive), archive.arrays())) return *name;
  throw DataError(path, arrays_in_words(archive.arrays()),
                  "x, x_test or x_train, another name in use, which configs/README.md lists, or a "
                  "single array");
}

}  // namespace

Sign sign_of_npz(const Candidate& data) {
  if (begins_with(data.start, "PK\x03\x04")) return Sign::content;
  return !data.is_folder && has_ending(data.path, {".npz"}) ? Sign::name : Sign::none;
}

/// Reads x_train and y_train, and x_test and y_test where they are there, or x and y, or arrays of
/// other names in use, and the names class_names where they are there. Samples are numbers, [n,
/// features], [n, height, width] or with channels; labels whole numbers, strings or one-hot rows.
/// \throws DataError for an archive or array that is damaged, cut off or of another type, and as
///   `assemble`
Dataset load_npz(const Source& source) {
  const Archive archive(source.path);
  const std::optional<ArrayNames> names = arrays_to_train_on(names_in(archive));
  if (!names) throw DataError(source.path, arrays_in_words(archive.arrays()), kArrays);
  RawData raw;
  raw.train = split_of(archive, names->train, source.precision);
  if (names->test) raw.test = split_of(archive, *names->test, source.precision);
  if (archive.has("class_names")) {
    raw.class_names = archive.read("class_names", NpyUse::labels).texts;
  }
  return assemble(std::move(raw), source);
}

/// Opens the array x, or x_test, or x_train, or one of another name in use, or the only one.
std::unique_ptr<UnlabelledSamples> open_npz(const std::string& path, const SampleForm& form) {
  const std::string name = name_to_score(path);
  const auto array = std::make_shared<PackedArray>(path, name, samples_in(form.precision));
  return unlabelled_array(
      {path + ": " + name, array->shape(),
       [array](std::size_t begin, std::size_t count) { return array->rows(begin, count); }},
      form);
}

}  // namespace clvae::data
