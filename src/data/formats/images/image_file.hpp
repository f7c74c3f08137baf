#pragma once
/// \file
/// Image files in memory: PNG through libpng, JPEG through libjpeg-turbo, TIFF through libtiff, PGM
/// and PPM.

#include <cstdint>
#include <string>
#include <vector>

#include "data/image_reading.hpp"

namespace clvae::data {

/// An image of bytes, its channels beside each other.
struct Picture {
  int height = 0;
  int width = 0;
  int channels = 0;                  ///< 1: grey, 3: red, green and blue
  std::vector<std::uint8_t> values;  ///< [height, width, channels]
  bool has_flawed_end = false;  ///< all pixels are there, but the file does not end as it is to
};

/// The image in a file, which its first bytes tell the kind of, as it is to be seen: composed on
/// the background, turned as EXIF says; values as stored, whatever gamma or profile say. 16-bit
/// values are rounded to 8. \param path named in errors \throws DataError for any other kind of
/// file, one that is damaged or cut off, and an image of more than 2^27 pixels
Picture decode_picture(const std::vector<std::uint8_t>& bytes, const ImageReading& reading,
                       const std::string& path);

/// The grey of a colour, 0.299 red + 0.587 green + 0.114 blue: ITU-R BT.601, in 65,536ths.
constexpr std::uint8_t grey_of(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  return static_cast<std::uint8_t>((19595U * red + 38470U * green + 7471U * blue + 0x8000U) >> 16U);
}
constexpr float grey_of(float red, float green, float blue) {
  return (19595.0F * red + 38470.0F * green + 7471.0F * blue) / 65536.0F;
}

/// The same image with so many channels, 1 or 3.
Picture with_channels(const Picture& picture, int channels);

}  // namespace clvae::data
