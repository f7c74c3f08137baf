#pragma once
/// \file
/// One owner for each kind of HDF5 identifier. HDF5's own header is included by the sources of this
/// room alone: who uses the room needs none, and does not depend on whether its HDF5 knows MPI.

#include <cstdint>
#include <string>
#include <utility>

namespace clvae::hdf5 {

/// An identifier as HDF5 gives it (hid_t); negative where there is none.
using Id = std::int64_t;
inline constexpr Id kNoId = -1;

enum class IdType { attribute, dataset, dataspace, datatype, file, group, property_list };

/// Gives an identifier back to HDF5. \returns whether it went well
bool close_id(IdType kind, Id id) noexcept;

/// Owns one HDF5 identifier, and closes it at the end.
template <IdType Kind>
class Handle {
 public:
  Handle() = default;
  explicit Handle(Id id) noexcept : id_(id) {}
  ~Handle() { close(); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, kNoId)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }

  Id id() const noexcept { return id_; }
  bool is_open() const noexcept { return id_ >= 0; }

  /// Closes now, so that a failure can be told. \returns whether it went well
  bool close() noexcept { return id_ < 0 || close_id(Kind, std::exchange(id_, kNoId)); }
  /// Gives the identifier up without closing it.
  Id release() noexcept { return std::exchange(id_, kNoId); }

 private:
  Id id_ = kNoId;
};

using AttributeHandle = Handle<IdType::attribute>;
using DatasetHandle = Handle<IdType::dataset>;
using DataspaceHandle = Handle<IdType::dataspace>;
using DatatypeHandle = Handle<IdType::datatype>;
using FileHandle = Handle<IdType::file>;
using GroupHandle = Handle<IdType::group>;
using PropertyListHandle = Handle<IdType::property_list>;

/// Returns the access properties of the serial driver, without file locks: a run file is read
/// beside a job that writes it, and on file systems that offer no locks. \throws IoError
PropertyListHandle serial_access(const std::string& path);

}  // namespace clvae::hdf5
