#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/formats/images/decoders.hpp"

namespace clvae::data {

namespace {

/// The numbers in the header of a PGM or PPM file; lines with "#" are comments.
class NetpbmHeader {
 public:
  explicit NetpbmHeader(const FileBytes& bytes) : bytes_(bytes) {}

  std::optional<std::size_t> next() {
    skip_blanks();
    std::size_t number = 0;
    const auto* begin = reinterpret_cast<const char*>(bytes_.data()) + place_;
    const auto* end = reinterpret_cast<const char*>(bytes_.data()) + bytes_.size();
    const auto [rest, problem] = std::from_chars(begin, end, number);
    if (problem != std::errc()) return std::nullopt;
    place_ += static_cast<std::size_t>(rest - begin);
    return number;
  }
  /// Where the values begin: after one blank.
  std::size_t end() const { return place_ + 1; }

 private:
  void skip_blanks() {
    bool in_comment = false;
    for (; place_ < bytes_.size(); ++place_) {
      const char letter = static_cast<char>(bytes_[place_]);
      if (letter == '#') in_comment = true;
      if (letter == '\n') in_comment = false;
      const bool is_blank = letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
      if (!in_comment && !is_blank) return;
    }
  }

  const FileBytes& bytes_;
  std::size_t place_ = 2;  // behind "P5"
};

}  // namespace

Picture decode_netpbm(const FileBytes& bytes, const std::string& path) {
  const int channels = bytes[1] == '5' ? 1 : 3;
  NetpbmHeader header(bytes);
  const auto width = header.next();
  const auto height = header.next();
  const auto largest = header.next();
  if (!width || !height || !largest || *largest == 0 || *largest > 65535) {
    throw DataError(path, "a PGM or PPM header without width, height and largest value",
                    "all three");
  }
  check_picture_size(path, *height, *width);
  const std::size_t count = *height * *width * static_cast<std::size_t>(channels);
  const std::size_t value_bytes = *largest > 255 ? 2 : 1;
  if (header.end() > bytes.size() || bytes.size() - header.end() < count * value_bytes) {
    refuse_damaged(path, "PGM or PPM",
                   fmt::format("{} bytes of data are to be there", count * value_bytes));
  }
  Picture picture{static_cast<int>(*height), static_cast<int>(*width), channels, FileBytes(count)};
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = header.end() + i * value_bytes;
    std::size_t value = bytes[place];
    if (value_bytes == 2) value = value << 8U | bytes[place + 1];
    value = std::min(value, *largest);
    picture.values[i] = static_cast<std::uint8_t>((value * 255 + *largest / 2) / *largest);
  }
  return picture;
}

}  // namespace clvae::data
