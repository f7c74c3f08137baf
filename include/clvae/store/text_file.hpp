#pragma once
/// \file
/// Small text files by which jobs tell each other something.

#include <optional>
#include <string>

namespace clvae::store {

/// Writes the file under a name of this process's own, syncs, and renames: whoever opens `path`
/// finds what was there before, or the whole text. Any rank. \throws IoError
void write_text_file(const std::string& path, const std::string& text);

/// The text, at most its first MiB; nothing where there is no such file. Any rank. \throws IoError
std::optional<std::string> read_text_file(const std::string& path);

/// Removes the file if it is there, and syncs the folder. Any rank. \throws IoError
void remove_file(const std::string& path);

}  // namespace clvae::store
