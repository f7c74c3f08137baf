#include "bytes.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <zlib.h>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::data {

namespace {

constexpr const char* kReadable = "a readable file";

struct CloseGzip {
  void operator()(gzFile file) const { gzclose(file); }
};
using Gzip = std::unique_ptr<gzFile_s, CloseGzip>;

bool is_packed(const std::string& path) {
  return path.size() > 3 && path.compare(path.size() - 3, 3, ".gz") == 0;
}

/// zlib reads plain files as they are; a name that promises gzip must keep it.
void check_gzip_magic(const std::string& path, gzFile file) {
  if (is_packed(path) && gzdirect(file) != 0) {
    throw DataError(path, "a file that is not gzip (or is empty)", "a gzip file");
  }
}

}  // namespace

std::string existing_file(const std::string& path) {
  for (const std::string& candidate : {path, path + ".gz"}) {
    std::error_code ignored;
    if (std::filesystem::exists(candidate, ignored)) return candidate;
  }
  throw DataError(path, "no such file", "the file, plain or with .gz");
}

std::vector<std::uint8_t> read_bytes(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw DataError(path, "a directory", kReadable);
  }
  errno = 0;
  const Gzip file(gzopen(path.c_str(), "rb"));
  if (!file) throw DataError(path, std::strerror(errno), kReadable);
  constexpr unsigned kChunk = 1U << 20;
  gzbuffer(file.get(), kChunk);
  std::vector<std::uint8_t> bytes;
  while (true) {
    const std::size_t before = bytes.size();
    bytes.resize(before + kChunk);
    const int count = gzread(file.get(), bytes.data() + before, kChunk);
    int code = Z_OK;
    const std::string message = gzerror(file.get(), &code);
    // A stream that is cut off shows only as a short read with Z_BUF_ERROR.
    if (count < 0 || code != Z_OK) {
      throw DataError(path, fmt::format("a damaged or cut-off gzip stream ({})", message),
                      "an intact file");
    }
    bytes.resize(before + static_cast<std::size_t>(count));
    if (count == 0) break;
  }
  check_gzip_magic(path, file.get());
  return bytes;
}

}  // namespace clvae::data
