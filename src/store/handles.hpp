#pragma once
/// \file
/// One owner for each kind of HDF5 identifier, and HDF5's error stack in one line.

#include <hdf5.h>
#include <string>
#include <utility>

namespace clvae::store {

/// Owns one HDF5 identifier; `Close` gives it back.
template <herr_t (*Close)(hid_t)>
class Handle {
 public:
  Handle() = default;
  explicit Handle(hid_t id) noexcept : id_(id) {}
  ~Handle() {
    if (id_ >= 0) Close(id_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }

  hid_t id() const noexcept { return id_; }
  bool is_open() const noexcept { return id_ >= 0; }

  /// Closes now, so that a failure can be told. \returns whether it went well
  bool close() noexcept { return id_ < 0 || Close(std::exchange(id_, H5I_INVALID_HID)) >= 0; }
  /// Gives the identifier up without closing it.
  hid_t release() noexcept { return std::exchange(id_, H5I_INVALID_HID); }

 private:
  hid_t id_ = H5I_INVALID_HID;
};

using AttributeHandle = Handle<H5Aclose>;
using DatasetHandle = Handle<H5Dclose>;
using DataspaceHandle = Handle<H5Sclose>;
using DatatypeHandle = Handle<H5Tclose>;
using FileHandle = Handle<H5Fclose>;
using GroupHandle = Handle<H5Gclose>;
using PropertyListHandle = Handle<H5Pclose>;

/// To be called before anything else of HDF5, any number of times: failures are told by exceptions
/// instead of being printed, and an HDF5 with MPI does not clean up at the process's exit, when MPI
/// is gone.
void prepare_library();

/// What HDF5 says about the call that has just failed.
struct Failure {
  std::string text;      ///< the innermost message, in one line
  int error_number = 0;  ///< errno as HDF5 met it; EIO where it doesn't say
};
Failure last_failure();

/// The access properties of the serial driver, without file locks: the reader must work beside a
/// job that writes, and on file systems that offer no locks. \throws IoError
PropertyListHandle serial_access(const std::string& path);

}  // namespace clvae::store
