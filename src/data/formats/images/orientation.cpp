#include "data/formats/images/orientation.hpp"

#include <utility>

namespace clvae::data {

namespace {

/// Numbers in EXIF data, 0 beyond their end.
class ExifBytes {
 public:
  explicit ExifBytes(gsl::span<const std::uint8_t> bytes)
      : bytes_(bytes), is_big_endian_(!bytes.empty() && bytes[0] == 'M') {}

  std::uint32_t number(std::size_t place, std::size_t size) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t at = place + (is_big_endian_ ? i : size - 1 - i);
      value = value << 8U | (at < bytes_.size() ? bytes_[at] : 0U);
    }
    return value;
  }

 private:
  gsl::span<const std::uint8_t> bytes_;
  bool is_big_endian_;
};

}  // namespace

int orientation_in(gsl::span<const std::uint8_t> exif) {
  constexpr std::uint32_t kMagic = 42;
  constexpr std::uint32_t kOrientation = 0x0112;
  constexpr std::uint32_t kShort = 3;
  constexpr std::size_t kEntryBytes = 12;
  const ExifBytes bytes(exif);
  if (bytes.number(2, 2) != kMagic) return kUpright;
  const std::size_t directory = bytes.number(4, 4);
  const std::size_t entries = bytes.number(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * kEntryBytes;
    if (entry >= exif.size()) break;
    if (bytes.number(entry, 2) != kOrientation || bytes.number(entry + 2, 2) != kShort) continue;
    const auto found = static_cast<int>(bytes.number(entry + 8, 2));
    return found >= 1 && found <= 8 ? found : kUpright;
  }
  return kUpright;
}

Picture upright(Picture picture, int orientation) {
  if (orientation == kUpright) return picture;
  // From 5 on rows and columns change places; which of the ends are exchanged besides.
  const bool is_transposed = orientation >= 5;
  const bool rows_fall =
      orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  const bool columns_fall =
      orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  Picture turned = picture;
  if (is_transposed) std::swap(turned.height, turned.width);
  const auto height = static_cast<std::size_t>(turned.height);
  const auto width = static_cast<std::size_t>(turned.width);
  const auto channels = static_cast<std::size_t>(picture.channels);
  auto to = turned.values.begin();
  for (std::size_t row = 0; row < height; ++row) {
    for (std::size_t column = 0; column < width; ++column) {
      const std::size_t y = rows_fall ? height - 1 - row : row;
      const std::size_t x = columns_fall ? width - 1 - column : column;
      const std::size_t from = is_transposed ? x * height + y : y * width + x;
      for (std::size_t k = 0; k < channels; ++k) *to++ = picture.values[from * channels + k];
    }
  }
  return turned;
}

}  // namespace clvae::data
