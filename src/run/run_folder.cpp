#include "run/run_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "embed/trained_run.hpp"

namespace clvae::run {

namespace {

constexpr const char* kRequestBegin = "extend-";
constexpr const char* kRequestEnd = ".request";

}  // namespace

RunFolder RunFolder::find(const std::string& folder_or_run_file) {
  const std::filesystem::path file(embed::run_file_at(folder_or_run_file));
  const std::string folder = file.parent_path().string();
  return RunFolder(folder.empty() ? "." : folder);
}

bool RunFolder::has_run_file() const {
  std::error_code ignored;
  return std::filesystem::exists(run_file(), ignored);
}

bool RunFolder::has_tables() const {
  std::error_code ignored;
  return std::filesystem::exists(curves_json(), ignored) &&
         std::filesystem::exists(scores_csv(), ignored) &&
         std::filesystem::exists(members_csv(), ignored);
}

std::string RunFolder::extend_request(std::int64_t time, long process) const {
  return file(fmt::format("{}{:020}-{}{}", kRequestBegin, time, process, kRequestEnd));
}

std::vector<std::string> RunFolder::extend_requests() const {
  std::vector<std::string> requests;
  std::error_code failure;
  for (std::filesystem::directory_iterator entry(path_, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const std::filesystem::path name = entry->path().filename();
    if (name.extension() == kRequestEnd && name.string().rfind(kRequestBegin, 0) == 0) {
      requests.push_back(file(name.string()));
    }
  }
  if (failure) throw IoError(path_, "read the folder", failure.value());
  std::sort(requests.begin(), requests.end());
  return requests;
}

void RunFolder::make() const {
  std::error_code failure;
  std::filesystem::create_directories(path_, failure);
  if (failure) throw IoError(path_, "make the folder", failure.value(), ExitStatus::usage);
  require_writable();
}

void RunFolder::require_writable() const {
  if (access(path_.c_str(), W_OK | X_OK) != 0) {
    throw IoError(path_, "write into the folder", errno, ExitStatus::usage);
  }
}

void RunFolder::require_writable_run_file() const {
  if (access(run_file().c_str(), R_OK | W_OK) != 0) {
    throw IoError(run_file(), "write to the run file", errno, ExitStatus::usage);
  }
}

std::string nearest_folder(const std::string& path) {
  std::error_code ignored;
  std::filesystem::path folder = std::filesystem::absolute(path, ignored).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // "runs/" and "."
  while (!std::filesystem::exists(folder, ignored) && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  return folder.string();
}

}  // namespace clvae::run
