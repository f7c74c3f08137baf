/// \file
/// HDF5 files, of which the samples' values are read when they are asked for.
#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "clvae/core/errors.hpp"
#include "data/assembly.hpp"
#include "data/formats/array_names.hpp"
#include "data/formats/array_samples.hpp"
#include "data/formats/signs.hpp"
#include "data/formats/table.hpp"
#include "data/label_values.hpp"
#include "hdf5/array_file.hpp"

namespace clvae::data {

namespace {

/// The rows of an array in a file: features as they are stored, unless they are wanted in single
/// precision.
class FileSamples : public SampleSource {
 public:
  FileSamples(hdf5::NumberRows rows, FeaturePrecision precision)
      : rows_(std::move(rows)),
        type_(rows_.shape().size() == 2 && rows_.type() == ValueType::number &&
                      precision == FeaturePrecision::float64
                  ? ValueType::exact
                  : rows_.type()),
        values_per_sample_(std::accumulate(rows_.shape().begin() + 1, rows_.shape().end(),
                                           std::size_t{1}, std::multiplies<>())) {}

  std::size_t size() const override { return rows_.shape().front(); }
  std::size_t values_per_sample() const override { return values_per_sample_; }
  ValueType type() const override { return type_; }
  void read(std::size_t first, std::size_t count, gsl::span<std::byte> destination) const override {
    rows_.read(first, count, type_, destination);
  }

 private:
  hdf5::NumberRows rows_;
  ValueType type_;
  std::size_t values_per_sample_;
};

SampleBlock block_of(const SampleSource& source, std::size_t first, std::size_t count) {
  SampleBlock block;
  const auto fill = [&](auto& values) {
    values.resize(count * source.values_per_sample());
    source.read(first, count, gsl::as_writable_bytes(gsl::make_span(values)));
  };
  if (source.type() == ValueType::byte) fill(block.pixels);
  if (source.type() == ValueType::number) fill(block.values);
  if (source.type() == ValueType::exact) fill(block.features);
  return block;
}

/// Labels that are texts, whole numbers, enumerated values or one-hot rows.
std::vector<std::string> read_labels(const hdf5::ArrayFile& file, const std::string& path,
                                     const std::string& item) {
  if (!has_one_hot_shape(file.shape(item))) return file.texts(item);
  const FileSamples rows(file.rows(item), FeaturePrecision::float32);
  return one_hot_labels(
      file.shape(item),
      [&](std::size_t first, std::size_t count) {
        SampleBlock block = block_of(rows, first, count);
        if (block.values.empty()) block.values.assign(block.pixels.begin(), block.pixels.end());
        return block.values;
      },
      path + ": " + item);
}

RawSplit split_of(const hdf5::ArrayFile& file, const Source& from, const ArrayPair& names) {
  const std::string item = "/" + names.samples;
  hdf5::NumberRows rows = file.rows(item);
  RawSplit split;
  split.where = from.path + ": " + item;
  split.shape = rows.shape();
  if (!split.shape.empty()) {
    split.source = std::make_shared<FileSamples>(std::move(rows), from.precision);
  }
  split.labels = read_labels(file, from.path, "/" + names.labels);
  return split;
}

HasArray names_in(const hdf5::ArrayFile& file) {
  return [&file](const std::string& name) { return file.has_array("/" + name); };
}

/// Names of classes that come with the labels: an attribute, else those of an enumeration that
/// occur, in the order of its values.
std::vector<std::string> names_of_classes(const hdf5::ArrayFile& file, const std::string& labels,
                                          const RawData& raw) {
  std::vector<std::string> names = file.text_attribute("/", "class_names");
  if (names.empty()) names = file.text_attribute(labels, "class_names");
  if (!names.empty()) return names;
  std::set<std::string> occurring(raw.train.labels.begin(), raw.train.labels.end());
  if (raw.test) occurring.insert(raw.test->labels.begin(), raw.test->labels.end());
  names = file.enumeration(labels);
  names.erase(std::remove_if(names.begin(), names.end(),
                             [&](const std::string& name) { return occurring.count(name) == 0; }),
              names.end());
  return names;
}

}  // namespace

Sign sign_of_hdf5(const Candidate& data) {
  if (begins_with(data.start, "\x89HDF\r\n\x1a\n")) return Sign::content;
  return !data.is_folder && has_ending(data.path, {".h5", ".hdf5"}) ? Sign::name : Sign::none;
}

/// Opens /train/x and /train/y, and /test/x and /test/y where they are there, or datasets of other
/// names in use. Names of classes are the attribute class_names of the file or of the training
/// labels, else the labels' own. The samples' values stay in the file, which has to stay as it is
/// for as long as there is a copy of their source.
/// \throws DataError as `hdf5::ArrayFile` and `assemble`
Dataset load_hdf5(const Source& source) {
  const hdf5::ArrayFile file(source.path);
  std::optional<ArrayNames> names = arrays_to_train_on(names_in(file));
  if (!names) {
    throw DataError(source.path, arrays_in_words(file.arrays()),
                    "/train/x and /train/y (and /test/x and /test/y), /x and /y, or other names in "
                    "use, which configs/README.md lists");
  }
  if (!names->test && file.has("/test")) names->test = ArrayPair{"test/x", "test/y"};
  RawData raw;
  raw.train = split_of(file, source, names->train);
  if (names->test) raw.test = split_of(file, source, *names->test);
  raw.class_names = names_of_classes(file, "/" + names->train.labels, raw);
  return assemble(std::move(raw), source);
}

/// Opens the dataset /x, or /test/x, or /train/x, or one of another name in use, or the only one.
std::unique_ptr<UnlabelledSamples> open_hdf5(const std::string& path, const SampleForm& form) {
  const hdf5::ArrayFile file(path);
  std::optional<std::string> name = array_to_score(names_in(file), {});
  if (!name) name = array_to_score(names_in(file), file.arrays());
  if (!name) {
    throw DataError(path, arrays_in_words(file.arrays()),
                    "x, test/x or train/x, another name in use, which configs/README.md lists, or "
                    "a single array");
  }
  hdf5::NumberRows rows = file.rows("/" + *name);
  const std::vector<std::size_t> shape = rows.shape();
  const std::string where = path + ": /" + *name;
  if (shape.empty()) throw DataError(where, "a single value", "an array");
  const auto source = std::make_shared<FileSamples>(std::move(rows), form.precision);
  const auto read = [source](std::size_t first, std::size_t count) {
    return block_of(*source, first, count);
  };
  return unlabelled_array({where, shape, read}, form);
}

}  // namespace clvae::data
