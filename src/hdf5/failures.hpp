#pragma once
/// \file
/// HDF5's failures: told by exceptions, with HDF5's own reason in one line, and never printed.

#include <memory>
#include <string>

namespace clvae::hdf5 {

/// To be called before anything else of HDF5, any number of times: HDF5 prints its failures no
/// more, and an HDF5 with MPI does not clean up at the process's exit, when MPI is gone.
void prepare_library();

/// The HDF5 that this process has loaded: "1.10.8".
std::string library_version();

/// What HDF5 says about the call that has just failed.
struct Failure {
  std::string text;      ///< the innermost message, in one line
  int error_number = 0;  ///< errno as HDF5 met it; EIO where it doesn't say
};
Failure last_failure();

/// Throws unless the HDF5 calls just made went well. \param action on the file, e.g. "open /x"
/// \throws IoError with HDF5's reason
void require(bool ok, const std::string& path, const std::string& action);

/// Takes back what this room changes in HDF5, for programs that use HDF5 themselves: where this was
/// there before the room was used, HDF5 prints as before once it has gone. One thread.
class Quiet {
 public:
  Quiet();
  ~Quiet();
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  struct Printing;
  std::unique_ptr<Printing> before_;
};

}  // namespace clvae::hdf5
