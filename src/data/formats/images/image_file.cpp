#include "data/formats/images/image_file.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <png.h>
#include <turbojpeg.h>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::data {

namespace {

using Bytes = std::vector<std::uint8_t>;

/// A header may claim any size; nothing is allocated for more than this.
constexpr std::size_t kMostPixels = std::size_t{1} << 27;

void check_size(const std::string& path, std::size_t height, std::size_t width) {
  if (height > 0 && width > 0 && height <= kMostPixels / width) return;
  throw DataError(path, fmt::format("an image of {} x {} pixels", height, width),
                  fmt::format("1 to {} pixels", kMostPixels));
}

[[noreturn]] void refuse_damaged(const std::string& path, const char* kind,
                                 const std::string& reason) {
  throw DataError(path, fmt::format("a damaged or cut-off {} image ({})", kind, reason),
                  "an intact image");
}

/// libpng's simplified reader, which tells errors without long jumps. Its memory is given back at
/// the end, whatever happens.
class PngReader {
 public:
  PngReader() { image_.version = PNG_IMAGE_VERSION; }
  ~PngReader() { png_image_free(&image_); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  Picture read(const Bytes& bytes, const std::string& path) {
    if (png_image_begin_read_from_memory(&image_, bytes.data(), bytes.size()) == 0) {
      refuse_damaged(path, "PNG", image_.message);
    }
    check_size(path, image_.height, image_.width);
    const bool is_grey = (image_.format & PNG_FORMAT_FLAG_COLOR) == 0;
    // With an alpha channel, so that libpng mixes no background in.
    image_.format = is_grey ? PNG_FORMAT_GA : PNG_FORMAT_RGBA;
    image_.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // 16-bit values are as bytes are, not linear
    Bytes values(PNG_IMAGE_SIZE(image_));
    if (png_image_finish_read(&image_, nullptr, values.data(), 0, nullptr) == 0 ||
        PNG_IMAGE_FAILED(image_)) {
      refuse_damaged(path, "PNG", image_.message);
    }
    Picture picture{
        static_cast<int>(image_.height), static_cast<int>(image_.width), is_grey ? 1 : 3, {}};
    const std::size_t channels = is_grey ? 1 : 3;
    picture.values.reserve(values.size() / (channels + 1) * channels);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i % (channels + 1) != channels) picture.values.push_back(values[i]);
    }
    return picture;
  }

 private:
  png_image image_{};
};

struct CloseJpeg {
  void operator()(void* handle) const { tjDestroy(handle); }
};

Picture decode_jpeg(const Bytes& bytes, const std::string& path) {
  const std::unique_ptr<void, CloseJpeg> handle(tjInitDecompress());
  if (!handle) throw RunError("libjpeg-turbo can't be started");
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int colours = 0;
  const auto size = static_cast<unsigned long>(bytes.size());
  if (tjDecompressHeader3(handle.get(), bytes.data(), size, &width, &height, &subsampling,
                          &colours) != 0) {
    refuse_damaged(path, "JPEG", tjGetErrorStr2(handle.get()));
  }
  check_size(path, static_cast<std::size_t>(height), static_cast<std::size_t>(width));
  Picture picture{height, width, colours == TJCS_GRAY ? 1 : 3, {}};
  picture.values.resize(static_cast<std::size_t>(height) * static_cast<std::size_t>(width) *
                        static_cast<std::size_t>(picture.channels));
  const int format = picture.channels == 1 ? TJPF_GRAY : TJPF_RGB;
  // A warning means that the file is damaged or ends too early.
  if (tjDecompress2(handle.get(), bytes.data(), size, picture.values.data(), width, 0, height,
                    format, TJFLAG_STOPONWARNING | TJFLAG_ACCURATEDCT) != 0) {
    refuse_damaged(path, "JPEG", tjGetErrorStr2(handle.get()));
  }
  return picture;
}

/// The numbers in the header of a PGM or PPM file; lines with "#" are comments.
class NetpbmHeader {
 public:
  explicit NetpbmHeader(const Bytes& bytes) : bytes_(bytes) {}

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

  const Bytes& bytes_;
  std::size_t place_ = 2;  // behind "P5"
};

Picture decode_netpbm(const Bytes& bytes, const std::string& path) {
  const int channels = bytes[1] == '5' ? 1 : 3;
  NetpbmHeader header(bytes);
  const auto width = header.next();
  const auto height = header.next();
  const auto largest = header.next();
  if (!width || !height || !largest || *largest == 0 || *largest > 65535) {
    throw DataError(path, "a PGM or PPM header without width, height and largest value",
                    "all three");
  }
  check_size(path, *height, *width);
  const std::size_t count = *height * *width * static_cast<std::size_t>(channels);
  const std::size_t value_bytes = *largest > 255 ? 2 : 1;
  if (header.end() > bytes.size() || bytes.size() - header.end() < count * value_bytes) {
    refuse_damaged(path, "PGM or PPM",
                   fmt::format("{} bytes of data are to be there", count * value_bytes));
  }
  Picture picture{static_cast<int>(*height), static_cast<int>(*width), channels, Bytes(count)};
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = header.end() + i * value_bytes;
    std::size_t value = bytes[place];
    if (value_bytes == 2) value = value << 8U | bytes[place + 1];
    value = std::min(value, *largest);
    picture.values[i] = static_cast<std::uint8_t>((value * 255 + *largest / 2) / *largest);
  }
  return picture;
}

bool begins_with(const Bytes& bytes, const Bytes& magic) {
  return bytes.size() >= magic.size() && std::equal(magic.begin(), magic.end(), bytes.begin());
}

}  // namespace

Picture decode_picture(const Bytes& bytes, const std::string& path) {
  if (begins_with(bytes, {0x89, 'P', 'N', 'G'})) return PngReader().read(bytes, path);
  if (begins_with(bytes, {0xff, 0xd8, 0xff})) return decode_jpeg(bytes, path);
  if (begins_with(bytes, {'P', '5'}) || begins_with(bytes, {'P', '6'})) {
    return decode_netpbm(bytes, path);
  }
  throw DataError(path, bytes.empty() ? "an empty file" : "no image that is known",
                  "a PNG, a JPEG, or a binary PGM or PPM image");
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
    // The weights of ITU-R BT.601 in 65,536ths.
    const std::uint8_t* colour = picture.values.data() + 3 * i;
    const std::uint32_t grey = 19595U * colour[0] + 38470U * colour[1] + 7471U * colour[2];
    changed.values.push_back(static_cast<std::uint8_t>((grey + 0x8000U) >> 16U));
  }
  return changed;
}

}  // namespace clvae::data
