#include "run/export_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "store/text_file.hpp"
#include "torchscript/modules.hpp"

namespace clvae::run {

namespace {

namespace files = std::filesystem;

constexpr const char* kDescriptionFile = torchscript::kDescription;

/// Whether an export has a file of that name, or has while it is written.
bool is_name_of_export(const std::string& name) {
  std::string_view rest = name;
  const auto skip = [&](std::string_view begin) {
    const bool is_there = rest.substr(0, begin.size()) == begin;
    if (is_there) rest.remove_prefix(begin.size());
    return is_there;
  };
  const auto skip_digits = [&] {
    const std::size_t count = std::min(rest.find_first_not_of("0123456789"), rest.size());
    rest.remove_prefix(count);
    return count > 0;
  };
  const bool is_named = skip("ensemble.pt") || skip("ensemble.json") ||
                        (skip("member_") && skip_digits() && skip(".pt"));
  if (!is_named || rest.empty()) return is_named;
  return skip(".") && skip_digits() && rest == ".new";  // while it is written
}

/// A file in the folder that is none of an export's; nothing where there is none.
std::optional<std::string> other_file_in(const std::string& folder) {
  std::error_code failure;
  for (files::directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const std::string name = entry->path().filename().string();
    if (!is_name_of_export(name) || !entry->is_regular_file()) return name;
  }
  if (failure) throw IoError(folder, "read the folder", failure.value(), ExitStatus::usage);
  return std::nullopt;
}

bool says_export(const std::string& folder) {
  const auto text = store::read_text_file(folder + "/" + kDescriptionFile);
  const nlohmann::json said = nlohmann::json::parse(text.value_or(""), nullptr, false);
  return said.is_object() && said.value("format", nlohmann::json()) == kExportFormat;
}

/// \param path as the user named it
[[noreturn]] void refuse(const std::string& path, const std::string& found) {
  throw UsageError(fmt::format(
      "--torchscript {}: found {}; expected no such folder, an empty one, or an earlier export",
      path, found));
}

/// \param named the path as the user named it
void require_replaceable(const std::string& path, const std::string& named) {
  std::error_code ignored;
  if (!files::exists(files::symlink_status(path, ignored))) return;
  if (!files::is_directory(path, ignored)) refuse(named, "something that is no folder");
  if (const auto other = other_file_in(path)) refuse(named, "a folder with " + *other + " in it");
  if (!files::is_empty(path, ignored) && !says_export(path)) {
    refuse(named, "a folder whose ensemble.json is not that of an export");
  }
}

void remove_folder(const std::string& path) {
  std::error_code failure;
  files::remove_all(path, failure);
  if (failure) throw IoError(path, "remove the folder", failure.value());
}

/// The folder itself where the path is a link to one, without a slash at the end.
std::string resolved(const std::string& path) {
  std::error_code failure;
  const files::path found = files::canonical(path, failure);
  if (!failure) return found.string();
  files::path plain = files::path(path).lexically_normal();
  if (plain.filename().empty()) plain = plain.parent_path();
  return plain.string();
}

}  // namespace

std::string module_file_name(std::size_t member) { return fmt::format("member_{:03}.pt", member); }

ExportFolder::ExportFolder(const std::string& path)
    : path_(resolved(path)), temporary_(path_ + ".new") {
  const files::path place(path_);
  const files::path parent = place.has_parent_path() ? place.parent_path() : files::path(".");
  std::error_code failure;
  if (path_.empty() || !files::is_directory(parent, failure)) {
    throw UsageError(fmt::format("--torchscript {}: there is no folder {}", path, parent.string()));
  }
  require_replaceable(path_, path);
  if (files::exists(files::symlink_status(temporary_, failure))) {
    // What a kill left; its ensemble.json, the last file to be written, may be missing.
    if (!files::is_directory(temporary_, failure)) {
      refuse(temporary_, "something that is no folder");
    }
    if (const auto other = other_file_in(temporary_)) {
      refuse(temporary_, "a folder with " + *other + " in it");
    }
    remove_folder(temporary_);
  }
  files::create_directory(temporary_, failure);
  if (failure) throw IoError(temporary_, "make the folder", failure.value(), ExitStatus::usage);
  is_begun_ = true;
}

ExportFolder::~ExportFolder() {
  std::error_code ignored;
  if (is_begun_) files::remove_all(temporary_, ignored);
}

void ExportFolder::add(const std::string& name, const std::string& content) const {
  store::write_file(temporary_ + "/" + name, content);
}

void ExportFolder::finish() {
  // Goes where there is nothing, or an empty folder.
  if (std::rename(temporary_.c_str(), path_.c_str()) == 0) {
    is_begun_ = false;
    return;
  }
  if (errno != ENOTEMPTY && errno != EEXIST) throw IoError(path_, "name the folder", errno);
#if defined(RENAME_EXCHANGE)
  // Afterwards the temporary name is that of the earlier export, which goes with this object.
  if (renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), RENAME_EXCHANGE) == 0) {
    return;
  }
#endif
  remove_folder(path_);
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    throw IoError(path_, "name the folder", errno);
  }
  is_begun_ = false;
}

}  // namespace clvae::run
