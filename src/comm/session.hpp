#pragma once
/// \file
/// The lifetime of MPI in this process.

namespace clvae::comm {

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
