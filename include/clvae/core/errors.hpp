#pragma once
/// \file
/// The typed errors of clvae: each carries its values, and the exit status that it ends a job with.

#include <exception>
#include <stdexcept>
#include <string>

#include "clvae/core/export.hpp"

namespace clvae {

/// What an exception says, without the stack trace that LibTorch's go on with: its first line.
std::string first_line(const std::exception& error);

/// What a job tells its caller; documented in `clvae --help`.
enum class ExitStatus : int {
  success = 0,
  run_failed = 1,    ///< something broke while the job ran
  usage = 2,         ///< command line, config, data or run file can't be used as given
  interrupted = 75,  ///< stopped as asked or as the time was up; given again, the job goes on
};

/// Base of every error that a user can cause; `what()` is one line, fit to be printed as it is.
class CLVAE_EXPORT Error : public std::runtime_error {
 public:
  Error(const std::string& message, ExitStatus status);
  ExitStatus exit_status() const noexcept { return status_; }

 private:
  ExitStatus status_;
};

/// The command line, or a combination of arguments, makes no sense. Exit status 2.
class CLVAE_EXPORT UsageError : public Error {
 public:
  explicit UsageError(const std::string& message);
};

/// A config file or override can't be used: where, which key, what was found, what is allowed.
/// Exit status 2.
class CLVAE_EXPORT ConfigError : public Error {
 public:
  struct Place {
    std::string file;  ///< path, or "--set" for an override
    int line = 0;      ///< counted from 1; 0 where there is none
    std::string key;   ///< dotted, e.g. `training.batch_size`
  };
  ConfigError(Place place, std::string found, std::string allowed);
  const Place& place() const noexcept { return place_; }
  const std::string& found() const noexcept { return found_; }
  const std::string& allowed() const noexcept { return allowed_; }

 private:
  Place place_;
  std::string found_;
  std::string allowed_;
};

/// A data file, or the data in it, can't be used. Exit status 2.
class CLVAE_EXPORT DataError : public Error {
 public:
  DataError(std::string file, std::string found, std::string expected);
  const std::string& file() const noexcept { return file_; }
  const std::string& found() const noexcept { return found_; }
  const std::string& expected() const noexcept { return expected_; }

 private:
  std::string file_;
  std::string found_;
  std::string expected_;
};

/// A run file can't be used: no HDF5, another schema, a missing or misshapen dataset, another
/// config or data than it was made with. Exit status 2.
class CLVAE_EXPORT RunFileError : public Error {
 public:
  RunFileError(std::string file, std::string item, std::string found, std::string expected);
  const std::string& file() const noexcept { return file_; }
  const std::string& item() const noexcept { return item_; }

 private:
  std::string file_;
  std::string item_;
};

/// The operating system refused to create, write, or sync a file; carries errno.
class CLVAE_EXPORT IoError : public Error {
 public:
  IoError(std::string file, const std::string& action, int error_number,
          ExitStatus status = ExitStatus::run_failed);
  const std::string& file() const noexcept { return file_; }
  int error_number() const noexcept { return error_number_; }

 private:
  std::string file_;
  int error_number_;
};

/// One attempt at one member failed (non-finite loss, collapsed clusters): the member may be tried
/// again with a fresh attempt; the run goes on. Exit status 1 where it does end a job.
class CLVAE_EXPORT AttemptError : public Error {
 public:
  explicit AttemptError(const std::string& message);
};

/// The memory of a device does not suffice for another member beside those in training there. It is
/// no failure of the member's attempt: the same attempt is made again once there is more room. Exit
/// status 1 where it does end a job.
class CLVAE_EXPORT DeviceMemoryError : public Error {
 public:
  explicit DeviceMemoryError(const std::string& message);
};

/// A device stopped working for this process (a CUDA error that stays): the rank can't go on, and
/// what it had in training counts as interrupted. Exit status 1.
class CLVAE_EXPORT DeviceLostError : public Error {
 public:
  explicit DeviceLostError(const std::string& message);
};

/// The job stops before its end because it was asked to, or its time is nearly up; nothing that was
/// committed or kept is lost. Exit status 75.
class CLVAE_EXPORT InterruptedError : public Error {
 public:
  explicit InterruptedError(const std::string& message);
};

/// Too few members are left, or a peer rank failed: the run can't go on. Exit status 1.
class CLVAE_EXPORT RunError : public Error {
 public:
  explicit RunError(const std::string& message);
};

}  // namespace clvae
