#include "data/formats/images/image_file.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/formats/images/decoders.hpp"
#include "data/formats/signs.hpp"

namespace clvae::data {

namespace {

constexpr std::size_t kMostPixels = std::size_t{1} << 27;

/// Images that are not read, by their first bytes.
struct OtherKind {
  std::string_view magic;
  const char* name;
};
constexpr std::array<OtherKind, 3> kOtherKinds{
    {{"BM", "a BMP image"}, {"GIF8", "a GIF image"}, {"RIFF", "a WebP image"}}};

std::string_view text_of(const FileBytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// What the file is instead of an image that can be read.
std::string described(std::string_view start) {
  if (start.empty()) return "an empty file";
  const auto* const other =
      std::find_if(kOtherKinds.begin(), kOtherKinds.end(),
                   [&](const OtherKind& kind) { return begins_with(start, kind.magic); });
  return other == kOtherKinds.end() ? "no image that is known" : other->name;
}

}  // namespace

void check_picture_size(const std::string& path, std::size_t height, std::size_t width) {
  if (height > 0 && width > 0 && height <= kMostPixels / width) return;
  throw DataError(path, fmt::format("an image of {} x {} pixels", height, width),
                  fmt::format("1 to {} pixels", kMostPixels));
}

void refuse_damaged(const std::string& path, const char* kind, const std::string& reason) {
  throw DataError(path, fmt::format("a damaged or cut-off {} image ({})", kind, reason),
                  "an intact image");
}

Picture decode_picture(const std::vector<std::uint8_t>& bytes, const ImageReading& reading,
                       const std::string& path) {
  const std::string_view start = text_of(bytes);
  const auto begins = [&](std::string_view magic) { return begins_with(start, magic); };
  if (begins("\x89PNG")) return decode_png(bytes, reading, path);
  if (begins("\xff\xd8\xff")) return decode_jpeg(bytes, reading, path);
  if (begins("P5") || begins("P6")) return decode_netpbm(bytes, path);
  using namespace std::string_view_literals;  // NOLINT(google-build-using-namespace)
  if (begins("II*\0"sv) || begins("MM\0*"sv)) return decode_tiff(bytes, reading, path);
  throw DataError(path, described(start), "a PNG, JPEG or TIFF, or a binary PGM or PPM image");
}

Picture with_channels(const Picture& picture, int channels) {
  if (picture.channels == channels) return picture;
  Picture changed{picture.height, picture.width, channels, {}};
  const std::size_t count =
      static_cast<std::size_t>(picture.height) * static_cast<std::size_t>(picture.width);
  changed.values.reserve(count * static_cast<std::size_t>(channels));
  for (std::size_t i = 0; i < count; ++i) {
    if (channels == 3) {
      changed.values.insert(changed.values.end(), 3, picture.values[i]);
      continue;
    }
    const std::uint8_t* colour = picture.values.data() + 3 * i;
    changed.values.push_back(grey_of(colour[0], colour[1], colour[2]));
  }
  return changed;
}

}  // namespace clvae::data
