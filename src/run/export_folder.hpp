#pragma once
/// \file
/// The folder of an export: whole under its name, or not there.

#include <string>

namespace clvae::run {

/// What `ensemble.json` of an export says of its format.
inline constexpr const char* kExportFormat = "clvae torchscript";

/// The file of a member's module: "member_007.pt".
std::string module_file_name(std::size_t member);

/// Files that are written to `<path>.new`, which then takes the place of `path`. What was there
/// stays until then; what was begun is removed unless it is finished.
class ExportFolder {
 public:
  /// \throws UsageError where `path`, or what lies in the way at `<path>.new`, is neither an empty
  ///   folder nor an earlier export, or there is no folder to put it in; IoError
  explicit ExportFolder(const std::string& path);
  ~ExportFolder();
  ExportFolder(const ExportFolder&) = delete;
  ExportFolder& operator=(const ExportFolder&) = delete;

  const std::string& path() const noexcept { return path_; }
  /// \param name of an export's file \throws IoError
  void add(const std::string& name, const std::string& content) const;
  /// Gives the folder its name, in one step where the file system can. \throws IoError
  void finish();

 private:
  std::string path_;
  std::string temporary_;
  bool is_begun_ = false;
};

}  // namespace clvae::run
