#pragma once
/// \file
/// Files that appear whole or not at all.

#include <string>

namespace clvae::report {

/// Writes `content` beside `path` under a temporary name, brings it to the disk and renames it, so
/// that a reader sees the old file or the new one. \throws IoError, and then leaves nothing behind
void write_file(const std::string& path, const std::string& content);

/// Renames a file, over an old one if there is one. \throws IoError
void move_file(const std::string& from, const std::string& to);

/// A new folder within another one that goes away, with what is in it, at the end of its scope.
class TemporaryFolder {
 public:
  /// \throws IoError
  explicit TemporaryFolder(const std::string& parent);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace clvae::report
