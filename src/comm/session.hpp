#pragma once
/// \file
/// The lifetime of MPI in this process.

#include <string>

namespace clvae::comm {

/// The MPI that this process has loaded, in its own words: "Open MPI v4.1.4". At any time.
std::string mpi_version();

/// Initialises MPI (funneled threads); on leaving its scope finalises it, or, when an exception is
/// on its way through, aborts all ranks: the others may be waiting for this one. One a process.
class Session {
 public:
  /// \throws RunError where MPI can't be initialised
  Session();
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

 private:
  int exceptions_before_;
};

}  // namespace clvae::comm
