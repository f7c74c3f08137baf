#include "hdf5/shared_file.hpp"

#include <hdf5.h>

#include "hdf5/failures.hpp"

namespace clvae::hdf5 {

RowFile open_shared(const std::string& path, MPI_Comm communicator) {
  const PropertyListHandle access(H5Pcreate(H5P_FILE_ACCESS));
  require(H5Pset_fapl_mpio(access.id(), communicator, MPI_INFO_NULL) >= 0, path, "prepare MPI-IO");
  return RowFile(path, access, "open the file through MPI-IO");
}

}  // namespace clvae::hdf5
