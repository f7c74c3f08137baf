#pragma once
/// \file
/// Files that are written whole: small texts by which jobs tell each other something, and exports.

#include <optional>
#include <string>

namespace clvae::store {

/// Writes the file under a name of this process's own, syncs, and renames: whoever opens `path`
/// finds what was there before, or all of it. Any rank. \throws IoError
void write_file(const std::string& path, const std::string& content);

/// The text, at most its first MiB; nothing where there is no such file. Any rank. \throws IoError
std::optional<std::string> read_text_file(const std::string& path);

/// Removes the file if it is there, and syncs the folder. Any rank. \throws IoError
void remove_file(const std::string& path);

}  // namespace clvae::store
