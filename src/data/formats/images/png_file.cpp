#include <algorithm>
#include <array>
#include <cstring>
#include <png.h>
#include <string_view>

#include "data/formats/images/decoders.hpp"
#include "data/formats/images/orientation.hpp"

namespace clvae::data {

namespace {

/// A PNG's chunks, as far as they are whole.
class PngChunks {
 public:
  explicit PngChunks(const FileBytes& bytes) : bytes_(bytes) {}

  /// \return whether there is another one
  bool next() {
    constexpr std::size_t kSignature = 8;
    place_ = place_ == 0 ? kSignature : place_ + size();
    if (bytes_.size() < place_ + kFrame) return false;
    data_size_ = 0;
    for (std::size_t i = 0; i < 4; ++i) data_size_ = data_size_ << 8U | bytes_[place_ + i];
    return data_size_ <= bytes_.size() - place_ - kFrame;
  }
  std::string_view name() const {
    return {reinterpret_cast<const char*>(bytes_.data()) + place_ + 4, 4};
  }
  gsl::span<const std::uint8_t> data() const {
    return gsl::make_span(bytes_).subspan(place_ + 8, data_size_);
  }
  std::size_t place() const { return place_; }
  std::size_t size() const { return kFrame + data_size_; }

 private:
  static constexpr std::size_t kFrame = 12;  // size, name, checksum
  const FileBytes& bytes_;
  std::size_t place_ = 0;
  std::size_t data_size_ = 0;
};

/// What else than pixels the chunks say.
struct PngNotes {
  FileBytes without_gamma;  ///< the file; empty where it is so already
  int orientation = kUpright;
};

/// libpng's simplified reader would apply gamma, which no other reader does: so it does not get it.
PngNotes notes_in(const FileBytes& bytes) {
  constexpr std::array<std::string_view, 4> kColourSpace{"gAMA", "cHRM", "sRGB", "iCCP"};
  PngNotes notes;
  std::size_t kept = 0;  // up to where the file is copied
  PngChunks chunks(bytes);
  const auto copy_to = [&](std::size_t end) {
    const auto at = [&](std::size_t place) {
      return bytes.begin() + static_cast<std::ptrdiff_t>(place);
    };
    notes.without_gamma.insert(notes.without_gamma.end(), at(kept), at(end));
  };
  while (chunks.next()) {
    if (chunks.name() == "eXIf") notes.orientation = orientation_in(chunks.data());
    if (std::find(kColourSpace.begin(), kColourSpace.end(), chunks.name()) == kColourSpace.end()) {
      continue;
    }
    copy_to(chunks.place());
    kept = chunks.place() + chunks.size();
  }
  if (kept > 0) copy_to(bytes.size());
  return notes;
}

/// libpng's simplified reader, which tells errors without long jumps. Its memory is given back at
/// the end, whatever happens.
class PngReader {
 public:
  PngReader() { image_.version = PNG_IMAGE_VERSION; }
  ~PngReader() { png_image_free(&image_); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  Picture read(const FileBytes& bytes, const ImageReading& reading, const std::string& path) {
    if (png_image_begin_read_from_memory(&image_, bytes.data(), bytes.size()) == 0) {
      refuse_damaged(path, "PNG", image_.message);
    }
    check_picture_size(path, image_.height, image_.width);
    const bool is_grey = (image_.format & PNG_FORMAT_FLAG_COLOR) == 0;
    // With an alpha channel, so that libpng mixes no background in.
    image_.format = is_grey ? PNG_FORMAT_GA : PNG_FORMAT_RGBA;
    image_.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // 16-bit values are as bytes are, not linear
    FileBytes values(PNG_IMAGE_SIZE(image_));
    if (png_image_finish_read(&image_, nullptr, values.data(), 0, nullptr) == 0 ||
        PNG_IMAGE_FAILED(image_)) {
      refuse_damaged(path, "PNG", image_.message);
    }
    Picture picture;
    picture.height = static_cast<int>(image_.height);
    picture.width = static_cast<int>(image_.width);
    picture.channels = is_grey ? 1 : 3;
    const std::size_t channels = is_grey ? 1 : 3;
    picture.values.reserve(values.size() / (channels + 1) * channels);
    for (std::size_t pixel = 0; pixel < values.size(); pixel += channels + 1) {
      const unsigned alpha = reading.is_legacy ? 255U : values[pixel + channels];
      for (std::size_t k = 0; k < channels; ++k) {
        picture.values.push_back(composed(values[pixel + k], alpha, reading.background));
      }
    }
    return picture;
  }

 private:
  png_image image_{};
};

}  // namespace

Picture decode_png(const FileBytes& bytes, const ImageReading& reading, const std::string& path) {
  if (reading.is_legacy) return PngReader().read(bytes, reading, path);
  const PngNotes notes = notes_in(bytes);
  const FileBytes& content = notes.without_gamma.empty() ? bytes : notes.without_gamma;
  return upright(PngReader().read(content, reading, path), notes.orientation);
}

}  // namespace clvae::data
