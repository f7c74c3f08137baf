#include "array_dataset.hpp"

#include <functional>
#include <memory>
#include <numeric>
#include <utility>

#include "clvae/data/assembly.hpp"
#include "clvae/store/array_file.hpp"

namespace clvae::jobs {

namespace {

/// The rows of an array in a file.
class FileSamples : public SampleSource {
 public:
  explicit FileSamples(store::NumberRows rows)
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
  store::NumberRows rows_;
  std::size_t values_per_sample_;
};

data::RawSplit split_of(const store::ArrayFile& file, const std::string& path,
                        const std::string& group) {
  store::NumberRows rows = file.rows(group + "/x");
  data::RawSplit split;
  split.where = path + ": " + group + "/x";
  split.shape = rows.shape();
  if (!split.shape.empty()) split.source = std::make_shared<FileSamples>(std::move(rows));
  split.labels = file.texts(group + "/y");
  return split;
}

}  // namespace

data::Dataset load_hdf5(const data::Source& source) {
  const store::ArrayFile file(source.path);
  data::RawData raw;
  raw.train = split_of(file, source.path, "/train");
  if (file.has("/test")) raw.test = split_of(file, source.path, "/test");
  raw.class_names = file.text_attribute("/", "class_names");
  if (raw.class_names.empty()) raw.class_names = file.text_attribute("/train/y", "class_names");
  return data::assemble(std::move(raw), source);
}

}  // namespace clvae::jobs
