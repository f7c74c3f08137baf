#include "report/files.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include "clvae/core/errors.hpp"

namespace clvae::report {

namespace {

constexpr mode_t kMode = 0666;  // less the user's umask

}  // namespace

Draft::Draft(const std::string& path) : path_(path), temporary_(path + ".new") {
  ::unlink(temporary_.c_str());  // what a kill left
  number_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
  if (number_ < 0) throw IoError(temporary_, "create the file", errno);
}

Draft::~Draft() {
  if (number_ >= 0) ::close(number_);
  if (!kept_) ::unlink(temporary_.c_str());
}

void Draft::write(const std::string& content) const {
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t count = ::write(number_, content.data() + done, content.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw IoError(temporary_, "write the file", errno);
    done += static_cast<std::size_t>(count);
  }
}

void Draft::finish() {
  // Some file systems (quotas, networks) find out only here that the data has no room.
  if (fsync(number_) != 0 && errno != EINVAL) throw IoError(temporary_, "write the file", errno);
  const int status = ::close(number_);
  number_ = -1;
  if (status != 0 && errno != EINTR) throw IoError(temporary_, "write the file", errno);
  move_file(temporary_, path_);
  kept_ = true;
}

void write_file(const std::string& path, const std::string& content) {
  Draft draft(path);
  draft.write(content);
  draft.finish();
}

void move_file(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) throw IoError(to, "replace the file", errno);
}

TemporaryFolder::TemporaryFolder(const std::string& parent) : path_(parent + "/.figures-XXXXXX") {
  if (mkdtemp(path_.data()) == nullptr) throw IoError(parent, "create a folder in it", errno);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace clvae::report
