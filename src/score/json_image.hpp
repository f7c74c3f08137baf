#pragma once
/// \file
/// Images as lines of JSON.

#include <string_view>

#include "clvae/score/stream.hpp"

namespace clvae::score {

/// Puts id and pixels, or the error, of one line into the item.
void read_json_image(std::string_view line, const data::ImageShape& shape, StreamItem& item);

}  // namespace clvae::score
