#pragma once
/// \file
/// Paths as people write them.

#include <string>

namespace clvae {

/// The path with a `~` or `~user` at its begin replaced by that home, as shells do where they see
/// it; else, and where there is no such home, as it is.
std::string with_home(const std::string& path);

/// Whether a text holds a line end or another control character, which would break lines of
/// messages and tables.
bool has_control_character(const std::string& text);

}  // namespace clvae
