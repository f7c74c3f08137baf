#pragma once
/// \file
/// Lines of text for the terminal.

#include <cstddef>
#include <string>

namespace clvae::report {

/// The text in lines of at most 96 characters, all but the first begun with `indent`.
std::string in_lines(const std::string& text, const std::string& indent = "");

/// The text with spaces up to `width` characters.
std::string padded(const std::string& text, std::size_t width);

std::string without_trailing_spaces(const std::string& line);

}  // namespace clvae::report
