#pragma once
/// \file
/// How image files become pixels, where there is more than one way.

#include <cstdint>

namespace clvae::data {

/// What a config says of it.
struct ImageReading {
  std::uint8_t background = 0;  ///< grey level that transparent pixels are composed on
  /// As versions did that had no such keys: transparency is dropped, so that colours which nobody
  /// sees count; a PNG's gamma is applied; EXIF's orientation is not. For runs made by them.
  bool is_legacy = false;
};

}  // namespace clvae::data
