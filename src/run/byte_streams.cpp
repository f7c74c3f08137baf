#include "run/byte_streams.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "clvae/core/errors.hpp"

namespace clvae::run {

namespace {

constexpr const char* kInput = "standard input";
constexpr const char* kOutput = "standard output";
/// As much as Linux gives to a user who is not root.
constexpr int kPipeBytes = 1 << 20;

}  // namespace

InputStream::InputStream() {
  // No pipe, or no more room: then less waits.
  static_cast<void>(fcntl(STDIN_FILENO, F_SETPIPE_SZ, kPipeBytes));
}

bool InputStream::is_ready(int milliseconds) const {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  const int ready = poll(&input, 1, milliseconds);
  if (ready >= 0) return ready > 0;
  if (errno == EINTR) return false;
  throw IoError(kInput, "wait for it", errno);
}

std::size_t InputStream::read(gsl::span<char> bytes) const {
  while (true) {
    const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) throw IoError(kInput, "read it", errno, ExitStatus::usage);
  }
}

OutputStream::OutputStream() : handler_before_(std::signal(SIGPIPE, SIG_IGN)) {}

OutputStream::~OutputStream() {
  if (handler_before_ != SIG_ERR) std::signal(SIGPIPE, handler_before_);
}

bool OutputStream::write(const std::string& bytes) const {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::write(STDOUT_FILENO, bytes.data() + done, bytes.size() - done);
    if (count >= 0) {
      done += static_cast<std::size_t>(count);
    } else if (errno == EPIPE) {
      return false;
    } else if (errno != EINTR) {
      throw IoError(kOutput, "write to it", errno);
    }
  }
  return true;
}

}  // namespace clvae::run
