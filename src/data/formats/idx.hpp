#pragma once
/// \file
/// The header of IDX files of images.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "data/dataset.hpp"

namespace clvae::data {

/// What an IDX file of images begins with.
struct IdxHeader {
  ImageShape shape;
  std::size_t images = 0;
  std::size_t bytes = 0;  ///< of the header itself
};

/// Reads the header that `bytes` begin with; nothing where more bytes are needed. `images` may be
/// 0. \param name of the file, for errors \throws DataError for anything else
std::optional<IdxHeader> parse_idx_header(std::string_view bytes, const std::string& name);

}  // namespace clvae::data
