#include "files.hpp"

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

/// Takes the temporary file away unless it was renamed.
class Draft {
 public:
  explicit Draft(std::string path) : path_(std::move(path)) {
    ::unlink(path_.c_str());  // what a kill left
    number_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
    if (number_ < 0) throw IoError(path_, "create the file", errno);
  }
  ~Draft() {
    if (number_ >= 0) ::close(number_);
    if (!kept_) ::unlink(path_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  void write(const std::string& content) const {
    std::size_t done = 0;
    while (done < content.size()) {
      const ssize_t count = ::write(number_, content.data() + done, content.size() - done);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw IoError(path_, "write the file", errno);
      done += static_cast<std::size_t>(count);
    }
  }

  void close() {
    // Some file systems (quotas, networks) find out only here that the data has no room.
    if (fsync(number_) != 0 && errno != EINVAL) throw IoError(path_, "write the file", errno);
    const int status = ::close(number_);
    number_ = -1;
    if (status != 0 && errno != EINTR) throw IoError(path_, "write the file", errno);
  }

  void move_to(const std::string& path) {
    move_file(path_, path);
    kept_ = true;
  }

 private:
  std::string path_;
  int number_ = -1;
  bool kept_ = false;
};

}  // namespace

void write_file(const std::string& path, const std::string& content) {
  Draft draft(path + ".new");
  draft.write(content);
  draft.close();
  draft.move_to(path);
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
