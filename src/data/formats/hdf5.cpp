/// \file
/// HDF5 files, of which the samples' values are read when they are asked for.
#include <functional>
#include <numeric>
#include <utility>

#include "clvae/core/errors.hpp"
#include "data/assembly.hpp"
#include "data/formats/array_samples.hpp"
#include "data/formats/signs.hpp"
#include "data/formats/table.hpp"
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

RawSplit split_of(const hdf5::ArrayFile& file, const Source& from, const std::string& group) {
  hdf5::NumberRows rows = file.rows(group + "/x");
  RawSplit split;
  split.where = from.path + ": " + group + "/x";
  split.shape = rows.shape();
  if (!split.shape.empty()) {
    split.source = std::make_shared<FileSamples>(std::move(rows), from.precision);
  }
  split.labels = file.texts(group + "/y");
  return split;
}

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

}  // namespace

Sign sign_of_hdf5(const Candidate& data) {
  if (begins_with(data.start, "\x89HDF\r\n\x1a\n")) return Sign::content;
  return !data.is_folder && has_ending(data.path, {".h5", ".hdf5"}) ? Sign::name : Sign::none;
}

/// Opens /train/x and /train/y, and /test/x and /test/y where they are there. Names of classes are
/// the attribute class_names of the file or of /train/y, else the labels' own. The samples' values
/// stay in the file, which has to stay as it is for as long as there is a copy of their source.
/// \throws DataError as `hdf5::ArrayFile` and `assemble`
Dataset load_hdf5(const Source& source) {
  const hdf5::ArrayFile file(source.path);
  RawData raw;
  raw.train = split_of(file, source, "/train");
  if (file.has("/test")) raw.test = split_of(file, source, "/test");
  raw.class_names = file.text_attribute("/", "class_names");
  if (raw.class_names.empty()) raw.class_names = file.text_attribute("/train/y", "class_names");
  return assemble(std::move(raw), source);
}

/// Opens the dataset /x, or /test/x, or /train/x.
std::unique_ptr<UnlabelledSamples> open_hdf5(const std::string& path, const SampleForm& form) {
  const hdf5::ArrayFile file(path);
  for (const char* item : {"/x", "/test/x", "/train/x"}) {
    if (!file.has(item)) continue;
    hdf5::NumberRows rows = file.rows(item);
    const std::vector<std::size_t> shape = rows.shape();
    if (shape.empty()) throw DataError(path + ": " + item, "a single value", "an array");
    const auto source = std::make_shared<FileSamples>(std::move(rows), form.precision);
    const auto read = [source](std::size_t first, std::size_t count) {
      return block_of(*source, first, count);
    };
    return unlabelled_array({path + ": " + item, shape, read}, form);
  }
  throw DataError(path, "none of the datasets /x, /test/x and /train/x", "one of them");
}

}  // namespace clvae::data
