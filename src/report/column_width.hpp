#pragma once
/// \file
/// The width of a column of a LaTeX document, as users write it.

#include <optional>
#include <string>

namespace clvae::report {

/// Points of 1/72 inch in "3.3in", "84 mm", "8.4cm" or "238pt" (LaTeX's points, 72.27 to the inch),
/// from 2 to 20 inches. Nothing for any other text.
std::optional<double> parse_column_width(const std::string& text);

/// What `parse_column_width` takes, in words.
const char* column_width_words();

}  // namespace clvae::report
