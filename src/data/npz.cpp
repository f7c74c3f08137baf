#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/assembly.hpp"
#include "data/npz_archive.hpp"

namespace clvae::data {

namespace {

RawSplit split_of(const Archive& archive, const std::string& samples, const std::string& labels) {
  NpyArray x = archive.read(samples, NpyUse::samples);
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
  raw.labels = std::move(y.texts);
  return raw;
}

}  // namespace

Dataset load_npz(const Source& source) {
  const Archive archive(source.path);
  RawData raw;
  const bool is_bare = !archive.has("x_train") && archive.has("x");
  raw.train = is_bare ? split_of(archive, "x", "y") : split_of(archive, "x_train", "y_train");
  if (archive.has("x_test") || archive.has("y_test")) {
    raw.test = split_of(archive, "x_test", "y_test");
  }
  if (archive.has("class_names")) {
    raw.class_names = archive.read("class_names", NpyUse::labels).texts;
  }
  return assemble(std::move(raw), source);
}

}  // namespace clvae::data
