#pragma once
/// \file
/// What a text has to be like before it is parsed.

#include <string>

namespace clvae::config {

/// \throws ConfigError with the line, where a text is not UTF-8 or has control characters other
/// than
///   tabs and line ends. Some of them the YAML parser would take for the end of the text.
void check_characters(const std::string& text, const std::string& file);

}  // namespace clvae::config
