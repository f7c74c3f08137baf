#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <memory>
#include <tiffio.h>

#include <fmt/format.h>

#include "data/formats/images/decoders.hpp"
#include "data/formats/images/orientation.hpp"

namespace clvae::data {

namespace {

/// A file in memory, as libtiff reads it, and what libtiff says of it.
struct TiffMemory {
  const FileBytes& bytes;
  std::size_t place = 0;
  std::string message;
};

TiffMemory& memory_of(thandle_t handle) { return *static_cast<TiffMemory*>(handle); }

tmsize_t read_tiff(thandle_t handle, void* to, tmsize_t count) {
  TiffMemory& memory = memory_of(handle);
  const std::size_t left = memory.bytes.size() - std::min(memory.place, memory.bytes.size());
  const std::size_t some = std::min(static_cast<std::size_t>(std::max<tmsize_t>(count, 0)), left);
  const auto begin = memory.bytes.end() - static_cast<std::ptrdiff_t>(left);
  std::copy_n(begin, some, static_cast<std::uint8_t*>(to));
  memory.place += some;
  return static_cast<tmsize_t>(some);
}

tmsize_t write_tiff(thandle_t /*handle*/, void* /*from*/, tmsize_t /*count*/) { return 0; }

toff_t seek_tiff(thandle_t handle, toff_t offset, int whence) {
  TiffMemory& memory = memory_of(handle);
  if (whence == SEEK_SET) memory.place = offset;
  if (whence == SEEK_CUR) memory.place += offset;
  if (whence == SEEK_END) memory.place = memory.bytes.size() + offset;
  return memory.place;
}

int close_tiff(thandle_t /*handle*/) { return 0; }

toff_t size_of_tiff(thandle_t handle) { return memory_of(handle).bytes.size(); }

/// Keeps the first of its messages.
int take_error(TIFF* /*tiff*/, void* memory, const char* /*module*/, const char* format,
               va_list arguments) {
  std::string& message = static_cast<TiffMemory*>(memory)->message;
  if (!message.empty()) return 1;
  message.resize(256);
  const int length = std::vsnprintf(message.data(), message.size(), format, arguments);
  message.resize(std::min(message.size() - 1, static_cast<std::size_t>(std::max(length, 0))));
  return 1;
}

int pass_over_warning(TIFF* /*tiff*/, void* /*memory*/, const char* /*module*/,
                      const char* /*format*/, va_list /*arguments*/) {
  return 1;
}

struct CloseTiff {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
struct FreeTiffOptions {
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

std::unique_ptr<TIFF, CloseTiff> opened(TiffMemory& memory) {
  const std::unique_ptr<TIFFOpenOptions, FreeTiffOptions> options(TIFFOpenOptionsAlloc());
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), take_error, &memory);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), pass_over_warning, &memory);
  // "m": the file is not mapped into memory, where it is already.
  return std::unique_ptr<TIFF, CloseTiff>(
      TIFFClientOpenExt("image", "rm", &memory, read_tiff, write_tiff, seek_tiff, close_tiff,
                        size_of_tiff, nullptr, nullptr, options.get()));
}

template <class Value>
Value tag_of(TIFF* tiff, std::uint32_t tag, Value otherwise) {
  Value value = otherwise;
  return TIFFGetFieldDefaulted(tiff, tag, &value) == 1 ? value : otherwise;
}

}  // namespace

/// The first image of the file. libtiff multiplies colours by their opacity, as on black.
Picture decode_tiff(const FileBytes& bytes, const ImageReading& reading, const std::string& path) {
  TiffMemory memory{bytes, 0, ""};
  const auto tiff = opened(memory);
  if (!tiff) refuse_damaged(path, "TIFF", memory.message);
  const auto width = tag_of<std::uint32_t>(tiff.get(), TIFFTAG_IMAGEWIDTH, 0);
  const auto height = tag_of<std::uint32_t>(tiff.get(), TIFFTAG_IMAGELENGTH, 0);
  check_picture_size(path, height, width);
  const auto orientation = tag_of<std::uint16_t>(tiff.get(), TIFFTAG_ORIENTATION, kUpright);
  const auto samples = tag_of<std::uint16_t>(tiff.get(), TIFFTAG_SAMPLESPERPIXEL, 1);
  const auto meaning = tag_of<std::uint16_t>(tiff.get(), TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
  const bool is_grey =
      samples <= 2 && (meaning == PHOTOMETRIC_MINISBLACK || meaning == PHOTOMETRIC_MINISWHITE);
  std::vector<std::uint32_t> raster(std::size_t{height} * width);
  if (TIFFReadRGBAImageOriented(tiff.get(), width, height, raster.data(), orientation, 1) != 1) {
    refuse_damaged(path, "TIFF", memory.message);
  }
  Picture picture;
  picture.height = static_cast<int>(height);
  picture.width = static_cast<int>(width);
  picture.channels = is_grey ? 1 : 3;
  for (const std::uint32_t pixel : raster) {
    const unsigned behind = (255U - TIFFGetA(pixel)) * reading.background / 255U;
    const auto add = [&](unsigned value) {
      picture.values.push_back(static_cast<std::uint8_t>(std::min(value + behind, 255U)));
    };
    add(TIFFGetR(pixel));
    if (is_grey) continue;
    add(TIFFGetG(pixel));
    add(TIFFGetB(pixel));
  }
  return upright(std::move(picture), orientation >= 1 && orientation <= 8 ? orientation : kUpright);
}

}  // namespace clvae::data
