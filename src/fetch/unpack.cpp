#include "fetch/unpack.hpp"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <memory>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"

namespace clvae::fetch {

namespace {

namespace files = std::filesystem;

struct CloseArchive {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
using Archive = std::unique_ptr<archive, CloseArchive>;

[[noreturn]] void fail(const std::string& path, const Archive& archive) {
  const char* reason = archive ? archive_error_string(archive.get()) : nullptr;
  throw RunError(fmt::format("{}: can't be unpacked ({})", path,
                             reason == nullptr ? "no reason given" : reason));
}

void write_entry(const Archive& archive, const std::string& path, const files::path& target) {
  const files::path temporary = target.string() + ".part";
  {
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    const void* bytes = nullptr;
    std::size_t count = 0;
    la_int64_t offset = 0;
    int code = ARCHIVE_OK;
    while ((code = archive_read_data_block(archive.get(), &bytes, &count, &offset)) == ARCHIVE_OK) {
      file.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(count));
    }
    if (code != ARCHIVE_EOF) fail(path, archive);
    if (!file.flush()) throw IoError(temporary.string(), "write the file", errno);
  }
  files::rename(temporary, target);
}

}  // namespace

void unpack(const std::string& path, const std::vector<std::string>& members,
            const std::string& folder) {
  const Archive archive(archive_read_new());
  constexpr std::size_t kBlock = 1U << 16U;
  if (!archive || archive_read_support_filter_gzip(archive.get()) != ARCHIVE_OK ||
      archive_read_support_format_tar(archive.get()) != ARCHIVE_OK ||
      archive_read_open_filename(archive.get(), path.c_str(), kBlock) != ARCHIVE_OK) {
    fail(path, archive);
  }
  std::vector<std::string> missing = members;
  archive_entry* entry = nullptr;
  int code = ARCHIVE_OK;
  while ((code = archive_read_next_header(archive.get(), &entry)) == ARCHIVE_OK) {
    const std::string name = files::path(archive_entry_pathname(entry)).filename().string();
    const auto wanted = std::find(missing.begin(), missing.end(), name);
    if (wanted == missing.end() || archive_entry_filetype(entry) != AE_IFREG) continue;
    write_entry(archive, path, files::path(folder) / name);
    missing.erase(wanted);
  }
  if (code != ARCHIVE_EOF) fail(path, archive);
  if (!missing.empty()) throw RunError(fmt::format("{}: lacks {}", path, joined(missing)));
}

}  // namespace clvae::fetch
