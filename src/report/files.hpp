#pragma once
/// \file
/// Files that appear whole or not at all.

#include <string>

namespace clvae::report {

/// A file that is written piece by piece beside its place, under a temporary name, and removed
/// unless it is finished. All functions throw IoError.
class Draft {
 public:
  explicit Draft(const std::string& path);
  ~Draft();
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  void write(const std::string& content) const;
  /// Brings it to the disk and renames it, over an old file if there is one.
  void finish();

 private:
  std::string path_;
  std::string temporary_;
  int number_ = -1;
  bool kept_ = false;
};

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
