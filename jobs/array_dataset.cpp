#include "array_dataset.hpp"

#include <utility>

#include "clvae/core/errors.hpp"
#include "clvae/data/assembly.hpp"
#include "clvae/store/array_file.hpp"

namespace clvae::jobs {

namespace {

data::RawSplit split_of(const store::ArrayFile& file, const std::string& path,
                        const std::string& group) {
  store::NumberArray samples = file.numbers(group + "/x");
  data::RawSplit split;
  split.where = path + ": " + group + "/x";
  split.shape = std::move(samples.shape);
  split.bytes = std::move(samples.bytes);
  split.numbers = std::move(samples.numbers);
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

std::unique_ptr<data::UnlabelledSamples> open_hdf5(const std::string& path, data::Axes axes) {
  const store::ArrayFile file(path);
  for (const char* item : {"/x", "/test/x", "/train/x"}) {
    if (!file.has(item)) continue;
    const auto rows = std::make_shared<store::RowReader>(file.rows(item));
    const auto read = [rows](std::size_t begin, std::size_t count) {
      store::NumberArray array = rows->read(begin, count);
      return data::SampleBlock{std::move(array.bytes), std::move(array.numbers)};
    };
    return data::unlabelled_array({path + ": " + item, rows->shape(), read}, axes);
  }
  throw DataError(path, "none of the datasets /x, /test/x and /train/x", "one of them");
}

}  // namespace clvae::jobs
