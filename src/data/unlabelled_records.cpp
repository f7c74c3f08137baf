#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/bytes.hpp"
#include "data/unlabelled_readers.hpp"

namespace clvae::data {

namespace {

constexpr std::uint32_t kGrey = 0x00000803;      // [n, height, width]
constexpr std::uint32_t kChannels = 0x00000804;  // [n, channels, height, width]
constexpr std::size_t kMagicBytes = 4;
constexpr std::size_t kLongestHeader = 20;
constexpr std::uint32_t kLargestSide = 1U << 20U;

std::uint32_t big_endian(std::string_view bytes, std::size_t begin) {
  std::uint32_t value = 0;
  for (std::size_t i = begin; i < begin + 4; ++i) {
    value = value << 8U | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

/// Images of a fixed number of bytes each, one behind the other.
class Records : public UnlabelledSamples {
 public:
  /// \param header bytes before the first  \param before bytes of each before its pixels
  Records(const std::string& path, const ImageShape& shape, std::size_t images, std::size_t header,
          std::size_t before)
      : stream_(path), shape_(shape), images_(images), before_(before) {
    stream_.skip(header);
    check_length(header);
  }

  ImageShape shape() const override { return shape_; }
  std::size_t size() const override { return images_; }

  SampleBlock next(std::size_t most) override {
    const std::size_t count = std::min(most, images_ - place_);
    std::vector<std::uint8_t> bytes(count * record());
    require(stream_.read(bytes.data(), bytes.size()), bytes.size());
    place_ += count;
    check_end();
    if (before_ == 0) return {std::move(bytes), {}};
    std::vector<std::uint8_t> pixels;
    pixels.reserve(count * shape_.pixels());
    for (std::size_t begin = 0; begin < bytes.size(); begin += record()) {
      const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(begin + before_);
      pixels.insert(pixels.end(), first, first + static_cast<std::ptrdiff_t>(shape_.pixels()));
    }
    return {std::move(pixels), {}};
  }

  void skip(std::size_t count) override {
    count = std::min(count, images_ - place_);
    require(stream_.skip(count * record()), count * record());
    place_ += count;
    check_end();
  }

 private:
  std::size_t record() const { return before_ + shape_.pixels(); }

  /// A plain file can be told at once; a packed one only when it has been read.
  void check_length(std::size_t header) const {
    const std::size_t wanted = header + images_ * record();
    if (stream_.plain_size().value_or(wanted) == wanted) return;
    throw DataError(stream_.path(), fmt::format("{} bytes", *stream_.plain_size()),
                    fmt::format("{}, for {} images of {} bytes", wanted, images_, record()));
  }
  void require(std::size_t found, std::size_t wanted) const {
    if (found == wanted) return;
    throw DataError(stream_.path(), fmt::format("its end in image {}", place_ + found / record()),
                    fmt::format("{} images, as its header says", images_));
  }
  void check_end() {
    if (place_ < images_) return;
    std::uint8_t further = 0;
    if (stream_.read(&further, 1) == 0) return;
    throw DataError(stream_.path(), "bytes behind its last image",
                    fmt::format("{} images", images_));
  }

  ByteStream stream_;
  ImageShape shape_;
  std::size_t images_;
  std::size_t before_;
  std::size_t place_ = 0;
};

}  // namespace

std::optional<IdxHeader> parse_idx_header(std::string_view bytes, const std::string& name) {
  if (bytes.size() < kMagicBytes) return std::nullopt;
  const std::uint32_t magic = big_endian(bytes, 0);
  if (magic != kGrey && magic != kChannels) {
    throw DataError(name, fmt::format("magic number {:#010x}", magic),
                    "0x00000803 or 0x00000804: images as IDX, unsigned bytes in 3 or 4 dimensions");
  }
  const std::size_t dimensions = magic & 0xFFU;
  IdxHeader header;
  header.bytes = kMagicBytes * (1 + dimensions);
  if (bytes.size() < header.bytes) return std::nullopt;
  header.images = big_endian(bytes, kMagicBytes);
  std::vector<int> sizes;
  for (std::size_t i = 2; i <= dimensions; ++i) {
    const std::uint32_t size = big_endian(bytes, kMagicBytes * i);
    if (size == 0 || size > kLargestSide) {
      throw DataError(name, fmt::format("a size of {} in its header", size),
                      fmt::format("1 to {} pixels or channels", kLargestSide));
    }
    sizes.push_back(static_cast<int>(size));
  }
  if (dimensions == 3) sizes.insert(sizes.begin(), 1);
  header.shape = {sizes[0], sizes[1], sizes[2]};
  return header;
}

std::unique_ptr<UnlabelledSamples> open_idx(const std::string& path) {
  std::array<char, kLongestHeader> bytes{};
  const std::size_t count =
      ByteStream(path).read(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size());
  const auto header = parse_idx_header({bytes.data(), count}, path);
  if (!header) throw DataError(path, fmt::format("{} bytes", count), "an IDX file of images");
  if (header->images == 0) throw DataError(path, "no images", "at least one");
  return std::make_unique<Records>(path, header->shape, header->images, header->bytes, 0);
}

std::unique_ptr<UnlabelledSamples> open_cifar10(const std::string& path) {
  const ImageShape shape{3, 32, 32};
  const std::size_t record = 1 + shape.pixels();
  // Only what is unpacked tells how long it is.
  ByteStream stream(path);
  constexpr std::size_t kPiece = std::size_t{1} << 20U;
  std::size_t bytes = 0;
  for (std::size_t count = kPiece; count == kPiece; bytes += count) count = stream.skip(kPiece);
  if (bytes == 0 || bytes % record != 0) {
    throw DataError(path, fmt::format("{} bytes", bytes),
                    fmt::format("records of {} bytes", record));
  }
  return std::make_unique<Records>(path, shape, bytes / record, 0, 1);
}

}  // namespace clvae::data
