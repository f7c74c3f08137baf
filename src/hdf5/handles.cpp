#include "hdf5/handles.hpp"

#include <hdf5.h>
#include <type_traits>

#include "hdf5/failures.hpp"

namespace clvae::hdf5 {

static_assert(std::is_same_v<hid_t, Id> && H5I_INVALID_HID == kNoId);

bool close_id(IdType kind, Id id) noexcept {
  switch (kind) {
    case IdType::attribute:
      return H5Aclose(id) >= 0;
    case IdType::dataset:
      return H5Dclose(id) >= 0;
    case IdType::dataspace:
      return H5Sclose(id) >= 0;
    case IdType::datatype:
      return H5Tclose(id) >= 0;
    case IdType::file:
      return H5Fclose(id) >= 0;
    case IdType::group:
      return H5Gclose(id) >= 0;
    case IdType::property_list:
      return H5Pclose(id) >= 0;
  }
  return false;
}

PropertyListHandle serial_access(const std::string& path) {
  PropertyListHandle access(H5Pcreate(H5P_FILE_ACCESS));
  require(H5Pset_fapl_sec2(access.id()) >= 0 && H5Pset_file_locking(access.id(), false, true) >= 0,
          path, "prepare HDF5");
  return access;
}

}  // namespace clvae::hdf5
