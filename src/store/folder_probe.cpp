#include "store/folder_probe.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <random>
#include <sstream>
#include <unistd.h>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::store {

namespace {

/// A file of that name has never been there, so that no host of a network file system remembers
/// that it is missing.
std::string unused_name() {
  std::random_device chance;
  return fmt::format(".clvae_doctor_{:08x}{:08x}", chance(), chance());
}

/// Whether an open file's lock was given, without waiting. 0, or errno.
int error_of_locking(const Descriptor& descriptor) {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  return fcntl(descriptor.number(), F_OFD_SETLK, &whole) == 0 ? 0 : errno;
}

/// The kind of the file system that was mounted last at or above a folder.
std::string file_system_of(const std::string& folder) {
  std::ifstream mounts("/proc/self/mounts");
  std::string kind;
  std::size_t longest = 0;
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string device;
    std::string point;
    std::string type;
    words >> device >> point >> type;
    const bool is_root = point == "/";
    const bool is_above =
        is_root || (folder.compare(0, point.size(), point) == 0 &&
                    (folder.size() == point.size() || folder[point.size()] == '/'));
    if (!is_above || point.size() < longest) continue;
    longest = point.size();
    kind = type;
  }
  return kind;
}

}  // namespace

FolderProbe::FolderProbe(const std::string& folder) {
  facts_.path = folder;
  facts_.file_system = file_system_of(folder);
  try {
    facts_.free_bytes = free_bytes(folder);
    const std::string file = folder + "/" + unused_name();
    descriptor_ = Descriptor(file, O_RDWR | O_CREAT | O_EXCL);
    file_ = file;
    try_out();
  } catch (const IoError& error) {
    facts_.error = error.what();
  }
}

FolderProbe::~FolderProbe() {
  if (!file_.empty()) unlink(file_.c_str());
}

void FolderProbe::try_out() {
  constexpr off_t kTried = 4096;
  facts_.sets_room_aside = fallocate(descriptor_.number(), 0, 0, kTried) == 0;
  descriptor_.write_at_start("clvae doctor looks at this folder; it removes this file.\n");
  descriptor_.sync_all();
  facts_.has_locks = error_of_locking(descriptor_) == 0 && look_at_probe(file_) == Sight::locked;
}

Sight look_at_probe(const std::string& file) {
  try {
    const Descriptor descriptor(file, O_RDWR);
    const int error = error_of_locking(descriptor);
    return error == EAGAIN || error == EACCES ? Sight::locked : Sight::unlocked;
  } catch (const IoError&) {
    return Sight::absent;
  }
}

}  // namespace clvae::store
