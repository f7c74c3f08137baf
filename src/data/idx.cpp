#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/bytes.hpp"
#include "data/readers.hpp"

namespace clvae::data {

namespace {

/// An IDX file: two zero bytes, the element type, the number of dimensions, their sizes, the data.
struct Idx {
  std::string path;
  std::vector<std::uint32_t> sizes;
  std::vector<std::uint8_t> bytes;
  std::size_t data_begin = 0;
};

constexpr std::uint32_t kUnsignedBytes = 0x08;

std::uint32_t big_endian(const std::vector<std::uint8_t>& bytes, std::size_t begin) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | bytes[begin + i];
  return value;
}

void check_magic(const Idx& file, std::uint32_t dimensions) {
  const std::uint32_t wanted = kUnsignedBytes << 8 | dimensions;
  if (file.bytes.size() < 4) {
    throw DataError(file.path, fmt::format("{} bytes", file.bytes.size()), "an IDX file");
  }
  const std::uint32_t magic = big_endian(file.bytes, 0);
  if (magic != wanted) {
    throw DataError(file.path, fmt::format("magic number {:#010x}", magic),
                    fmt::format("{:#010x}: unsigned bytes in {} dimension{}", wanted, dimensions,
                                dimensions > 1 ? "s" : ""));
  }
}

/// The product of the sizes is compared with what is there before anything is allocated for it.
void check_sizes(const Idx& file) {
  std::size_t left = file.bytes.size() - file.data_begin;
  const std::size_t available = left;
  std::string claimed;
  bool fits = true;
  for (const std::uint32_t size : file.sizes) {
    claimed += fmt::format("{}{}", claimed.empty() ? "" : " x ", size);
    if (size == 0) {
      throw DataError(file.path, "a size of 0 in its header", "at least one sample and pixel");
    }
    fits = fits && left % size == 0;
    left /= size;
  }
  if (!fits || left != 1) {
    throw DataError(file.path, fmt::format("{} bytes of data", available),
                    fmt::format("{}, as its header says", claimed));
  }
}

Idx read_idx(const std::string& plain_path, std::uint32_t dimensions) {
  Idx file;
  file.path = existing_file(plain_path);
  file.bytes = read_bytes(file.path);
  check_magic(file, dimensions);
  file.data_begin = 4 * (1 + static_cast<std::size_t>(dimensions));
  if (file.bytes.size() < file.data_begin) {
    throw DataError(file.path, fmt::format("{} bytes", file.bytes.size()),
                    fmt::format("a header of {}", file.data_begin));
  }
  for (std::size_t begin = 4; begin < file.data_begin; begin += 4) {
    file.sizes.push_back(big_endian(file.bytes, begin));
  }
  check_sizes(file);
  return file;
}

LabelledImages read_split(const std::string& folder, const std::string& split) {
  Idx images = read_idx(folder + "/" + split + "-images-idx3-ubyte", 3);
  const Idx labels = read_idx(folder + "/" + split + "-labels-idx1-ubyte", 1);
  if (labels.sizes[0] != images.sizes[0]) {
    throw DataError(labels.path, fmt::format("{} labels", labels.sizes[0]),
                    fmt::format("{}, one for each image of {}", images.sizes[0], images.path));
  }
  LabelledImages split_images;
  split_images.shape = {1, static_cast<int>(images.sizes[1]), static_cast<int>(images.sizes[2])};
  split_images.labels.assign(labels.bytes.begin() + static_cast<long>(labels.data_begin),
                             labels.bytes.end());
  images.bytes.erase(images.bytes.begin(),
                     images.bytes.begin() + static_cast<long>(images.data_begin));
  split_images.pixels = std::move(images.bytes);
  return split_images;
}

}  // namespace

Dataset load_idx(const std::string& folder) {
  Dataset dataset;
  dataset.train = read_split(folder, "train");
  dataset.test = read_split(folder, "t10k");
  complete(dataset, folder, {});
  return dataset;
}

}  // namespace clvae::data
