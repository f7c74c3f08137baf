#include "store/disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "clvae/core/errors.hpp"
#include "core/console.hpp"

namespace clvae::store {

namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;
constexpr mode_t kMode = 0666;  // less the user's umask

/// Repeats a system call for as long as signals interrupt it.
template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result == -1 && errno == EINTR) result = call();
  return result;
}

}  // namespace

Descriptor::Descriptor(const std::string& path, int flags)
    : path_(path),
      number_(uninterrupted([&] { return open(path.c_str(), flags | O_CLOEXEC, kMode); })) {
  if (number_ < 0) {
    throw IoError(path, (flags & O_CREAT) != 0 ? "create the file" : "open the file", errno);
  }
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Descriptor::Descriptor(Descriptor&& other) noexcept
    : path_(std::move(other.path_)), number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(number_, other.number_);
  return *this;
}

void Descriptor::sync_data() const {
  if (uninterrupted([&] { return fdatasync(number_); }) != 0) {
    throw IoError(path_, "bring the data to the disk", errno);
  }
}

void Descriptor::sync_all() const {
  // Some network file systems know no fsync of a folder; then there is nothing to wait for.
  if (uninterrupted([&] { return fsync(number_); }) != 0 && errno != EINVAL) {
    throw IoError(path_, "bring the file to the disk", errno);
  }
}

void Descriptor::occupy(std::size_t bytes, float pattern,
                        const std::function<void(const std::string&)>& warn) const {
  // Asked before, as an attempt that fails may have taken a part.
  const std::size_t free = free_bytes(path_);
  const auto fail = [&](int reason) {
    if (reason != EFBIG) throw IoError(path_, describe_room(bytes, free), reason);
    throw IoError(
        path_,
        fmt::format("make a file of {} bytes ({}), more than a limit on the size of files "
                    "(ulimit -f) or the file system allows",
                    bytes, format_bytes(static_cast<double>(bytes))),
        reason);
  };
  if (!set_aside(bytes)) {
    if (errno != EOPNOTSUPP && errno != ENOSYS) fail(errno);
    compare_with_free(path_, bytes, free, warn);
  }
  const std::vector<float> piece(kPieceBytes / sizeof(float), pattern);
  for (std::size_t written = 0; written < bytes; written += kPieceBytes) {
    const std::size_t count = std::min(kPieceBytes, bytes - written);
    if (!write_all(reinterpret_cast<const char*>(piece.data()), count, written)) fail(errno);
  }
  // Network file systems find out only now.
  if (uninterrupted([&] { return fsync(number_); }) != 0) fail(errno);
}

void Descriptor::write_at_start(const std::string& bytes) const {
  if (!write_all(bytes.data(), bytes.size(), 0)) throw IoError(path_, "write the file", errno);
}

std::string Descriptor::read_from_start(std::size_t most) const {
  std::string bytes(most, '\0');
  std::size_t count = 0;
  while (count < most) {
    const ssize_t found = uninterrupted([&] {
      return pread(number_, bytes.data() + count, most - count, static_cast<off_t>(count));
    });
    if (found < 0) throw IoError(path_, "read the file", errno);
    if (found == 0) break;
    count += static_cast<std::size_t>(found);
  }
  bytes.resize(count);
  return bytes;
}

void Descriptor::take_mode_of(const std::string& other) const {
  struct stat found {};
  if (stat(other.c_str(), &found) != 0) throw IoError(other, "look at the file", errno);
  constexpr mode_t kPermissions = 0777;
  // Another user's group may not be this user's to give; then the file keeps what it was made with.
  const int ignored = fchown(number_, static_cast<uid_t>(-1), found.st_gid);
  static_cast<void>(ignored);
  if (fchmod(number_, found.st_mode & kPermissions) != 0) {
    throw IoError(path_, "set its permissions", errno);
  }
}

/// \returns whether it went well; else errno says why not
bool Descriptor::set_aside(std::size_t bytes) const {
  // Not posix_fallocate: where the file system offers nothing, glibc writes into every block.
  return uninterrupted([&] {
           return fallocate(number_, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes));
         }) == 0;
}

/// \returns whether it went well; else errno says why not
bool Descriptor::write_all(const char* bytes, std::size_t count, std::size_t offset) const {
  while (count > 0) {
    const ssize_t written =
        uninterrupted([&] { return pwrite(number_, bytes, count, static_cast<off_t>(offset)); });
    if (written < 0) return false;
    const auto progress = static_cast<std::size_t>(written);
    bytes += progress;
    count -= progress;
    offset += progress;
  }
  return true;
}

void sync_folder_of(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path().string();
  if (folder.empty()) folder = ".";
  Descriptor(folder, O_RDONLY | O_DIRECTORY).sync_all();
}

std::size_t free_bytes(const std::string& path) {
  struct statvfs found {};
  if (statvfs(path.c_str(), &found) != 0) throw IoError(path, "ask for the free space", errno);
  return static_cast<std::size_t>(found.f_bavail) * found.f_frsize;
}

void compare_with_free(const std::string& path, std::size_t needed, std::size_t free,
                       const std::function<void(const std::string&)>& warn) {
  if (free < needed) throw IoError(path, describe_room(needed, free), ENOSPC);
  warn(fmt::format("{}: the file system can't set space aside; the run needs {}, and {} are free",
                   path, format_bytes(static_cast<double>(needed)),
                   format_bytes(static_cast<double>(free))));
}

std::string describe_room(std::size_t needed, std::size_t free) {
  return fmt::format("find room for {} bytes ({}) where {} are free", needed,
                     format_bytes(static_cast<double>(needed)), free);
}

TemporaryFile::~TemporaryFile() {
  if (is_owned_) unlink(path_.c_str());
}

void TemporaryFile::replace(const std::string& target) {
  if (std::rename(path_.c_str(), target.c_str()) != 0) {
    throw IoError(target, "rename " + path_ + " to it", errno);
  }
  is_owned_ = false;
  sync_folder_of(target);
}

void TemporaryFile::move_to(const std::string& target) {
  int failed = renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE);
  if (failed != 0 && (errno == EINVAL || errno == ENOSYS)) {  // network file systems
    require_absent(target);
    failed = std::rename(path_.c_str(), target.c_str());
  }
  if (failed != 0) {
    const int reason = errno;
    require_absent(target);
    throw IoError(target, "rename " + path_ + " to it", reason);
  }
  is_owned_ = false;
  sync_folder_of(target);
}

void require_absent(const std::string& path) {
  struct stat found {};
  if (lstat(path.c_str(), &found) == 0) {
    throw RunFileError(path, "run file", "a file of that name",
                       "none: a run file is never overwritten");
  }
}

}  // namespace clvae::store
