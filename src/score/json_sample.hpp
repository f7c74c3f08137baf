#pragma once
/// \file
/// One sample as a line of JSON.

#include <string_view>

#include "score/stream.hpp"

namespace clvae::score {

/// Fills the item's id and samples from a line, or its error.
void read_json_sample(std::string_view line, const data::SampleForm& form, StreamItem& item);

}  // namespace clvae::score
