/// \file
/// IDX, the format of MNIST (http://yann.lecun.com/exdb/mnist): a magic number, which tells the
/// type of the elements and the number of dimensions, then their sizes, all big-endian, then the
/// elements.
#include "data/formats/idx.hpp"

#include <array>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/assembly.hpp"
#include "data/bytes.hpp"
#include "data/formats/idx_files.hpp"
#include "data/formats/records.hpp"
#include "data/formats/signs.hpp"
#include "data/formats/table.hpp"

namespace clvae::data {

namespace {

constexpr std::size_t kNumberBytes = 4;
constexpr std::uint32_t kLabels = 0x00000801;    // [n]
constexpr std::uint32_t kGrey = 0x00000803;      // [n, height, width]
constexpr std::uint32_t kChannels = 0x00000804;  // [n, channels, height, width]
constexpr std::size_t kLongestHeader = 20;
constexpr std::uint32_t kLargestSide = 1U << 20U;

std::uint32_t big_endian(std::string_view bytes, std::size_t begin) {
  std::uint32_t value = 0;
  for (std::size_t i = begin; i < begin + kNumberBytes; ++i) {
    value = value << 8U | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

std::uint32_t dimensions_of(std::uint32_t magic) { return magic & 0xFFU; }

std::size_t header_bytes(std::uint32_t magic) { return kNumberBytes * (1 + dimensions_of(magic)); }

/// \param bytes a whole header
std::vector<std::uint32_t> sizes_in(std::string_view bytes) {
  std::vector<std::uint32_t> sizes;
  const std::size_t end = header_bytes(big_endian(bytes, 0));
  for (std::size_t begin = kNumberBytes; begin < end; begin += kNumberBytes) {
    sizes.push_back(big_endian(bytes, begin));
  }
  return sizes;
}

/// A file as a whole.
struct Idx {
  std::string path;
  std::vector<std::uint32_t> sizes;
  std::vector<std::uint8_t> elements;
};

void check_magic(std::string_view bytes, std::uint32_t wanted, const std::string& path) {
  if (bytes.size() < kNumberBytes) {
    throw DataError(path, fmt::format("{} bytes", bytes.size()), "an IDX file");
  }
  const std::uint32_t magic = big_endian(bytes, 0);
  if (magic != wanted) {
    throw DataError(path, fmt::format("magic number {:#010x}", magic),
                    fmt::format("{:#010x}: unsigned bytes in {} dimension{}", wanted,
                                dimensions_of(wanted), dimensions_of(wanted) > 1 ? "s" : ""));
  }
  if (bytes.size() < header_bytes(magic)) {
    throw DataError(path, fmt::format("{} bytes", bytes.size()),
                    fmt::format("a header of {}", header_bytes(magic)));
  }
}

/// The product of the sizes is compared with what is there before anything is allocated for it.
void check_sizes(const Idx& file) {
  std::size_t left = file.elements.size();
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
    throw DataError(file.path, fmt::format("{} bytes of data", file.elements.size()),
                    fmt::format("{}, as its header says", claimed));
  }
}

Idx read_idx(const std::string& plain_path, std::uint32_t magic) {
  Idx file;
  file.path = existing_file(plain_path);
  file.elements = read_bytes(file.path);
  const std::string_view bytes(reinterpret_cast<const char*>(file.elements.data()),
                               file.elements.size());
  check_magic(bytes, magic, file.path);
  file.sizes = sizes_in(bytes);
  file.elements.erase(file.elements.begin(),
                      file.elements.begin() + static_cast<std::ptrdiff_t>(header_bytes(magic)));
  check_sizes(file);
  return file;
}

LabelledImages read_split(const std::string& images_file, const std::string& labels_file) {
  Idx images = read_idx(images_file, kGrey);
  const Idx labels = read_idx(labels_file, kLabels);
  if (labels.sizes[0] != images.sizes[0]) {
    throw DataError(labels.path, fmt::format("{} labels", labels.sizes[0]),
                    fmt::format("{}, one for each image of {}", images.sizes[0], images.path));
  }
  LabelledImages split_images;
  split_images.shape = {1, static_cast<int>(images.sizes[1]), static_cast<int>(images.sizes[2])};
  split_images.labels.assign(labels.elements.begin(), labels.elements.end());
  split_images.pixels = std::move(images.elements);
  return split_images;
}

/// Numbers the labels that occur from 0 on. \return their names, the labels themselves
std::vector<std::string> number_labels(Dataset& dataset) {
  std::map<std::int32_t, std::int32_t> classes;
  for (const LabelledImages* part : {&dataset.train, &dataset.test}) {
    for (const std::int32_t label : part->labels) classes.emplace(label, 0);
  }
  std::vector<std::string> names;
  for (auto& [label, number] : classes) {
    number = static_cast<std::int32_t>(names.size());
    names.push_back(std::to_string(label));
  }
  for (LabelledImages* part : {&dataset.train, &dataset.test}) {
    for (std::int32_t& label : part->labels) label = classes[label];
  }
  return names;
}

}  // namespace

Sign sign_of_idx(const Candidate& data) {
  if (!data.is_folder) return Sign::nothing_else_fits;
  return has_idx_test_images(data.path) ? Sign::name : Sign::none;
}

/// Reads `{train,t10k}-{images-idx3,labels-idx1}-ubyte` or files of other names in use
/// (`idx_files_at`), each plain or with `.gz`. The labels that occur are the classes.
/// \throws DataError for a file that is missing, a directory, truncated, damaged, of another magic
///   number or type, with a size in its header that its length does not bear out, with fewer labels
///   than images or the other way round, or with trailing bytes.
Dataset load_idx(const Source& source) {
  const IdxFiles files = idx_files_at(source.path);
  Dataset dataset;
  dataset.train = read_split(files.train_images, files.train_labels);
  dataset.test = read_split(files.test_images, files.test_labels);
  std::vector<std::string> names = number_labels(dataset);
  complete(dataset, source.path, std::move(names), source.known_fingerprint);
  return dataset;
}

std::optional<IdxHeader> parse_idx_header(std::string_view bytes, const std::string& name) {
  if (bytes.size() < kNumberBytes) return std::nullopt;
  const std::uint32_t magic = big_endian(bytes, 0);
  if (magic != kGrey && magic != kChannels) {
    throw DataError(name, fmt::format("magic number {:#010x}", magic),
                    "0x00000803 or 0x00000804: images as IDX, unsigned bytes in 3 or 4 dimensions");
  }
  IdxHeader header;
  header.bytes = header_bytes(magic);
  if (bytes.size() < header.bytes) return std::nullopt;
  const std::vector<std::uint32_t> sizes = sizes_in(bytes);
  header.images = sizes.front();
  std::vector<int> sides;
  for (auto size = sizes.begin() + 1; size != sizes.end(); ++size) {
    if (*size == 0 || *size > kLargestSide) {
      throw DataError(name, fmt::format("a size of {} in its header", *size),
                      fmt::format("1 to {} pixels or channels", kLargestSide));
    }
    sides.push_back(static_cast<int>(*size));
  }
  if (magic == kGrey) sides.insert(sides.begin(), 1);
  header.shape = {sides[0], sides[1], sides[2]};
  return header;
}

/// Opens images, [n, height, width] or [n, channels, height, width], of a file or of the test split
/// in a folder.
std::unique_ptr<UnlabelledSamples> open_idx(const std::string& path, const SampleForm& /*form*/) {
  std::error_code ignored;
  const bool is_folder = std::filesystem::is_directory(path, ignored);
  const std::string file = is_folder ? idx_files_at(path).test_images : path;
  std::array<char, kLongestHeader> bytes{};
  const std::size_t count =
      ByteStream(file).read(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size());
  const auto header = parse_idx_header({bytes.data(), count}, file);
  if (!header) throw DataError(file, fmt::format("{} bytes", count), "an IDX file of images");
  if (header->images == 0) throw DataError(file, "no images", "at least one");
  return open_records(file, {header->shape, header->images, header->bytes, 0});
}

}  // namespace clvae::data
