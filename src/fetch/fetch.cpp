#include "fetch/fetch.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "fetch/checksum.hpp"
#include "fetch/download.hpp"
#include "fetch/unpack.hpp"

namespace clvae::fetch {

namespace {

namespace files = std::filesystem;

bool is_right(const PublicFile& file, const std::string& path) {
  return (file.is_archive ? md5_of(path) : sha256_of_unpacked(path)) == file.checksum;
}

std::string url_of(const std::string& mirror, const std::string& name) {
  return mirror + (!mirror.empty() && mirror.back() == '/' ? "" : "/") + name;
}

/// Whether all that a file is wanted for is there.
bool is_there(const PublicFile& file, const files::path& folder) {
  if (!file.is_archive) {
    files::path plain = folder / file.name;
    return is_right(file, plain.string());
  }
  return std::all_of(file.members.begin(), file.members.end(), [&](const std::string& member) {
    return files::is_regular_file(folder / member);
  });
}

/// Downloads a file to its temporary name. \return why it failed; empty where its content is right
std::string try_mirror(const PublicFile& file, const std::string& url, const std::string& part,
                       const Progress& progress) {
  std::error_code ignored;
  const bool was_begun = files::exists(part, ignored) && files::file_size(part, ignored) > 0;
  const auto tell = [&](double bytes, double total) { progress(file.name, bytes, total); };
  std::string failure = download(url, part, tell);
  if (!failure.empty()) return failure;
  if (is_right(file, part)) return "";
  files::remove(part);
  if (was_begun) {  // what was there may have been of another server's
    failure = download(url, part, tell);
    if (!failure.empty()) return failure;
    if (is_right(file, part)) return "";
    files::remove(part);
  }
  return fmt::format("another {} than the right {}",
                     file.is_archive ? "MD5 checksum" : "SHA-256 checksum", file.checksum);
}

std::string advice(const PublicFile& file, const std::string& folder) {
  if (!file.is_archive) {
    return fmt::format("put it into {} by hand, plain or gzipped", folder);
  }
  return fmt::format("put what it unpacks to ({} and others) into {} by hand", file.members.back(),
                     folder);
}

void fetch_file(const PublicFile& file, const std::vector<std::string>& mirrors,
                const std::string& folder, const Tell& tell, const Progress& progress) {
  const files::path target = files::path(folder) / file.name;
  const std::string part = target.string() + ".part";
  std::string failures;
  for (const std::string& mirror : mirrors) {
    const std::string url = url_of(mirror, file.name);
    const std::string failure = try_mirror(file, url, part, progress);
    if (failure.empty()) {
      if (file.is_archive) {
        unpack(part, file.members, folder);
        files::remove(part);
      } else {
        files::rename(part, target);
      }
      tell(fmt::format("{}: from {}, checksum is right", file.name, url));
      return;
    }
    failures += fmt::format("{}{}: {}", failures.empty() ? "" : "; ", url, failure);
  }
  throw RunError(fmt::format("{} can't be fetched ({}); {}, or name another place with --mirror",
                             file.name, failures, advice(file, folder)));
}

}  // namespace

void fetch(const Collection& collection, const std::vector<std::string>& mirrors,
           const std::string& folder, const Tell& tell, const Progress& progress) {
  try {
    files::create_directories(folder);
    for (const PublicFile& file : collection.files) {
      if (is_there(file, folder)) {
        tell(fmt::format("{}: is there already", file.name));
        continue;
      }
      fetch_file(file, mirrors.empty() ? collection.mirrors : mirrors, folder, tell, progress);
    }
  } catch (const files::filesystem_error& error) {
    throw IoError(error.path1().string(), "write the data", error.code().value());
  }
}

}  // namespace clvae::fetch
