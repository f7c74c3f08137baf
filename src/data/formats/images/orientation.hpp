#pragma once
/// \file
/// How an image is to be turned before it is looked at.

#include <cstddef>
#include <cstdint>

#include <gsl/span>

#include "data/formats/images/image_file.hpp"

namespace clvae::data {

/// As it lies in the file.
inline constexpr int kUpright = 1;

/// What EXIF data say: 1 to 8; 1 where they say nothing, or nothing that makes sense.
/// \param exif from the byte order on, "II" or "MM"
int orientation_in(gsl::span<const std::uint8_t> exif);

/// The image, turned and mirrored as its orientation asks for.
Picture upright(Picture picture, int orientation);

}  // namespace clvae::data
