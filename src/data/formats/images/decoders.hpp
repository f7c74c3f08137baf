#pragma once
/// \file
/// One decoder for each kind of image file, and what they share. They throw DataError for a file
/// that is damaged, cut off or too large.

#include <cstddef>

#include "data/formats/images/image_file.hpp"

namespace clvae::data {

using FileBytes = std::vector<std::uint8_t>;

Picture decode_png(const FileBytes& bytes, const ImageReading& reading, const std::string& path);
Picture decode_jpeg(const FileBytes& bytes, const ImageReading& reading, const std::string& path);
Picture decode_tiff(const FileBytes& bytes, const ImageReading& reading, const std::string& path);
/// PGM and PPM, binary.
Picture decode_netpbm(const FileBytes& bytes, const std::string& path);

/// A header may claim any size; nothing is allocated for more than 2^27 pixels. \throws DataError
void check_picture_size(const std::string& path, std::size_t height, std::size_t width);

/// \param kind "PNG" \param reason of the library \throws DataError
[[noreturn]] void refuse_damaged(const std::string& path, const char* kind,
                                 const std::string& reason);

/// A colour of so much opacity on a background, rounded as Pillow's `paste` does.
constexpr std::uint8_t composed(unsigned colour, unsigned alpha, unsigned background) {
  constexpr unsigned kOpaque = 255;
  return static_cast<std::uint8_t>((colour * alpha + background * (kOpaque - alpha) + kOpaque / 2) /
                                   kOpaque);
}

}  // namespace clvae::data
