#include "run/array_dataset.hpp"

#include <functional>
#include <memory>
#include <numeric>
#include <utility>

#include "clvae/core/errors.hpp"
#include "data/assembly.hpp"
#include "hdf5/array_file.hpp"

namespace clvae::run {

namespace {

/// The rows of an array in a file.
class FileSamples : public SampleSource {
 public:
  explicit FileSamples(hdf5::NumberRows rows)
      : rows_(std::move(rows)),
        values_per_sample_(std::accumulate(rows_.shape().begin() + 1, rows_.shape().end(),
                                           std::size_t{1}, std::multiplies<>())) {}

  std::size_t size() const override { return rows_.shape().front(); }
  std::size_t values_per_sample() const override { return values_per_sample_; }
  ValueType type() const override { return rows_.type(); }
  void read(std::size_t first, std::size_t count, gsl::span<std::byte> destination) const override {
    rows_.read(first, count, destination);
  }

 private:
  hdf5::NumberRows rows_;
  std::size_t values_per_sample_;
};

data::RawSplit split_of(const hdf5::ArrayFile& file, const std::string& path,
                        const std::string& group) {
  hdf5::NumberRows rows = file.rows(group + "/x");
  data::RawSplit split;
  split.where = path + ": " + group + "/x";
  split.shape = rows.shape();
  if (!split.shape.empty()) split.source = std::make_shared<FileSamples>(std::move(rows));
  split.labels = file.texts(group + "/y");
  return split;
}

data::SampleBlock block_of(const SampleSource& source, std::size_t first, std::size_t count) {
  data::SampleBlock block;
  const std::size_t values = count * source.values_per_sample();
  if (source.type() == ValueType::byte) {
    block.pixels.resize(values);
    source.read(first, count, gsl::as_writable_bytes(gsl::make_span(block.pixels)));
  } else {
    block.values.resize(values);
    source.read(first, count, gsl::as_writable_bytes(gsl::make_span(block.values)));
  }
  return block;
}

}  // namespace

data::Dataset load_hdf5(const data::Source& source) {
  const hdf5::ArrayFile file(source.path);
  data::RawData raw;
  raw.train = split_of(file, source.path, "/train");
  if (file.has("/test")) raw.test = split_of(file, source.path, "/test");
  raw.class_names = file.text_attribute("/", "class_names");
  if (raw.class_names.empty()) raw.class_names = file.text_attribute("/train/y", "class_names");
  return data::assemble(std::move(raw), source);
}

std::unique_ptr<data::UnlabelledSamples> open_hdf5(const std::string& path,
                                                   const data::SampleForm& form) {
  const hdf5::ArrayFile file(path);
  for (const char* item : {"/x", "/test/x", "/train/x"}) {
    if (!file.has(item)) continue;
    hdf5::NumberRows rows = file.rows(item);
    const std::vector<std::size_t> shape = rows.shape();
    if (shape.empty()) throw DataError(path + ": " + item, "a single value", "an array");
    const auto source = std::make_shared<FileSamples>(std::move(rows));
    const auto read = [source](std::size_t first, std::size_t count) {
      return block_of(*source, first, count);
    };
    return data::unlabelled_array({path + ": " + item, shape, read}, form);
  }
  throw DataError(path, "none of the datasets /x, /test/x and /train/x", "one of them");
}

}  // namespace clvae::run
