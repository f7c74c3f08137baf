#pragma once
/// \file
/// Standard input and output as a service uses them: read what is there, answer at once.

#include <string>

#include <gsl/span>

namespace clvae::run {

/// The bytes on standard input.
class InputStream {
 public:
  /// Asks the system to hold more for a reader that is busy, where standard input is a pipe.
  InputStream();

  /// Whether a read would not have to wait: there are bytes, or the end. Waits at most so long; a
  /// signal ends the wait. \throws IoError
  bool is_ready(int milliseconds) const;
  /// Reads what is there, at most as much as fits; waits where nothing is. \return 0 at the end
  /// \throws IoError
  std::size_t read(gsl::span<char> bytes) const;
};

/// Standard output. While it lives, a reader that has gone is told by `write` instead of a signal.
class OutputStream {
 public:
  OutputStream();
  ~OutputStream();
  OutputStream(const OutputStream&) = delete;
  OutputStream& operator=(const OutputStream&) = delete;

  /// Writes all of it now. \return false where nobody reads any more \throws IoError
  bool write(const std::string& bytes) const;

 private:
  void (*handler_before_)(int);
};

}  // namespace clvae::run
