#pragma once
/// \file
/// One job at a time works on a run.

#include <functional>
#include <memory>
#include <string>

#include "clvae/core/errors.hpp"

namespace clvae::store {

/// Another job works on the run. Exit status 2.
class RunInUseError : public Error {
 public:
  RunInUseError(const std::string& path, const std::string& holder);
  const std::string& holder() const noexcept { return holder_; }  ///< "process 12 on node3"

 private:
  std::string holder_;
};

/// What a lock file says of its holder, to one who does not want the lock.
enum class LockState {
  free,     ///< nobody has it
  held,     ///< for sure
  claimed,  ///< by another host's job, of which nothing is known for sure here
  left,     ///< by a job of this host that has died; the next one takes it over
};
struct LockLook {
  LockState state = LockState::free;
  std::string holder;  ///< "process 12 on node3"
};
/// Looks, and changes nothing. \param path that may not be there
LockLook look_at_lock(const std::string& path);

/// Holds `run.lock` of a run's folder while it lives: an advisory lock of the open file, which the
/// system drops when the process dies, whatever kills it, and in the file who holds it, with a
/// count that rises every other second. Where the file system has locks for one host only or none,
/// the holder is known to be alive by its process, or on another host by that count. One process
/// of a job; no MPI.
class RunLock {
 public:
  /// \param say told in one line where another host's count has to be watched for some seconds, or
  ///   a dead job's lock is taken over
  /// \throws RunInUseError naming host and process of the job that holds it; IoError
  RunLock(const std::string& path, const std::function<void(const std::string&)>& say);
  /// Removes the file.
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;
  RunLock(RunLock&&) noexcept;
  RunLock& operator=(RunLock&&) noexcept;

  /// Whether another job took it, as it may after this one was halted for long.
  bool is_lost() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clvae::store
