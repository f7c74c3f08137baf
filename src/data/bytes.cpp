#include "data/bytes.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <zlib.h>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::data {

namespace {

constexpr const char* kReadable = "a readable file";
constexpr unsigned kChunk = 1U << 20;
constexpr unsigned kSmallestChunk = 1U << 12;

/// No more than a small file needs: clearing and mapping a megabyte takes longer than reading one.
unsigned chunk_for(std::uintmax_t file_size) {
  return static_cast<unsigned>(std::clamp<std::uintmax_t>(file_size + 1, kSmallestChunk, kChunk));
}

bool has_packed_name(const std::string& path) {
  return path.size() > 3 && path.compare(path.size() - 3, 3, ".gz") == 0;
}

}  // namespace

std::string existing_file(const std::string& path) {
  for (const std::string& candidate : {path, path + ".gz"}) {
    std::error_code ignored;
    if (std::filesystem::exists(candidate, ignored)) return candidate;
  }
  throw DataError(path, "no such file", "the file, plain or with .gz");
}

struct ByteStream::File {
  explicit File(gzFile opened) : handle(opened) {}
  ~File() { gzclose(handle); }  // of a file that was read this can't fail in a way that matters
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  gzFile handle;
  std::optional<std::size_t> plain_size;
};

ByteStream::ByteStream(const std::string& path) : path_(path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw DataError(path, "a directory", kReadable);
  }
  errno = 0;
  gzFile opened = gzopen(path.c_str(), "rb");
  if (opened == nullptr) throw DataError(path, std::strerror(errno), kReadable);
  file_ = std::make_unique<File>(opened);
  const std::uintmax_t size = std::filesystem::file_size(path, ignored);
  const bool is_known = !ignored && std::filesystem::is_regular_file(path, ignored);
  gzbuffer(opened, is_known ? chunk_for(size) : kChunk);
  if (gzdirect(opened) == 0 || !is_known) return;
  file_->plain_size = size;
}

ByteStream::~ByteStream() = default;

std::optional<std::size_t> ByteStream::plain_size() const noexcept { return file_->plain_size; }

std::size_t ByteStream::read(std::uint8_t* bytes, std::size_t most) {
  std::size_t done = 0;
  while (done < most) {
    const auto wanted = static_cast<unsigned>(std::min<std::size_t>(kChunk, most - done));
    const int count = gzread(file_->handle, bytes + done, wanted);
    int code = Z_OK;
    const std::string message = gzerror(file_->handle, &code);
    // A stream that is cut off shows only as a short read with Z_BUF_ERROR.
    if (count < 0 || code != Z_OK) {
      throw DataError(path_, fmt::format("a damaged or cut-off gzip stream ({})", message),
                      "an intact file");
    }
    done += static_cast<std::size_t>(count);
    if (count == 0) break;
  }
  // zlib reads plain files as they are; a name that promises gzip must keep it.
  if (has_packed_name(path_) && gzdirect(file_->handle) != 0) {
    throw DataError(path_, "a file that is not gzip (or is empty)", "a gzip file");
  }
  return done;
}

std::size_t ByteStream::skip(std::size_t count) {
  if (file_->plain_size) {
    const auto place = static_cast<std::size_t>(gztell(file_->handle));
    const std::size_t left = *file_->plain_size - std::min(*file_->plain_size, place);
    const std::size_t passed = std::min(count, left);
    if (gzseek(file_->handle, static_cast<z_off_t>(passed), SEEK_CUR) >= 0) return passed;
  }
  std::vector<std::uint8_t> dropped(std::min<std::size_t>(kChunk, count));
  std::size_t done = 0;
  while (done < count) {
    const std::size_t read_now = read(dropped.data(), std::min(dropped.size(), count - done));
    if (read_now == 0) break;
    done += read_now;
  }
  return done;
}

std::vector<std::uint8_t> read_bytes(const std::string& path) {
  ByteStream stream(path);
  std::vector<std::uint8_t> bytes;
  const std::size_t chunk = chunk_for(stream.plain_size().value_or(kChunk));
  while (true) {
    const std::size_t before = bytes.size();
    bytes.resize(before + chunk);
    const std::size_t count = stream.read(bytes.data() + before, chunk);
    bytes.resize(before + count);
    if (count < chunk) break;
  }
  return bytes;
}

}  // namespace clvae::data
