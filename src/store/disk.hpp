#pragma once
/// \file
/// What HDF5 leaves to us: room on the disk, and that bytes have reached it.

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace clvae::store {

/// Owns an open file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  /// \param flags of open(2) \throws IoError
  Descriptor(const std::string& path, int flags);
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;

  /// fdatasync: all bytes that any process on this machine wrote to the file, through whatever
  /// descriptor, are on the disk. \throws IoError
  void sync_data() const;
  /// fsync: its metadata as well. \throws IoError
  void sync_all() const;
  /// Takes `bytes` of the disk and fills them with `pattern`, so that no later write into them can
  /// fail for want of room: sets the space aside where the file system can, which finds a full disk
  /// at once, then writes and syncs, which finds it everywhere else. Where the file system can't
  /// set space aside, `warn` is told. \throws IoError naming the bytes needed and free
  void occupy(std::size_t bytes, float pattern,
              const std::function<void(const std::string&)>& warn) const;
  int number() const noexcept { return number_; }
  /// \throws IoError
  void write_at_start(const std::string& bytes) const;
  /// The file's bytes, at most so many. \throws IoError
  std::string read_from_start(std::size_t most) const;
  /// Gives this file the permissions of another, as far as the user may. \throws IoError where the
  /// other can't be looked at
  void take_mode_of(const std::string& other) const;

 private:
  bool set_aside(std::size_t bytes) const;
  bool write_all(const char* bytes, std::size_t count, std::size_t offset) const;

  std::string path_;
  int number_ = -1;
};

/// fsync of the folder that the file lies in. \throws IoError
void sync_folder_of(const std::string& path);

/// What an unprivileged user may still write to the file system of `path`. \throws IoError
std::size_t free_bytes(const std::string& path);

/// Stands in for a reservation where the file system offers none: tells `warn` what is needed and
/// free. \throws IoError where less is free than needed
void compare_with_free(const std::string& path, std::size_t needed, std::size_t free,
                       const std::function<void(const std::string&)>& warn);

/// "find room for 1234 bytes (1.2 kiB) where 100 are free": an action for IoError.
std::string describe_room(std::size_t needed, std::size_t free);

/// A file that is removed when the owner goes, unless it was moved into place.
class TemporaryFile {
 public:
  /// Of that name; not removed before it is this owner's.
  explicit TemporaryFile(std::string path) : path_(std::move(path)) {}
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const noexcept { return path_; }
  /// From now on it is removed unless it is moved.
  void own() noexcept { is_owned_ = true; }
  /// Renames to `target` in the same folder and syncs the folder.
  /// \throws RunFileError where `target` exists, IoError
  void move_to(const std::string& target);
  /// The same where `target` may exist, and is then gone. \throws IoError
  void replace(const std::string& target);

 private:
  std::string path_;
  bool is_owned_ = false;
};

/// \throws RunFileError where anything of that name exists
void require_absent(const std::string& path);

}  // namespace clvae::store
