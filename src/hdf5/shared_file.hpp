#pragma once
/// \file
/// A file that all ranks write to. The only part of this room that needs an HDF5 with MPI.

#include <mpi.h>
#include <string>

#include "hdf5/row_file.hpp"

namespace clvae::hdf5 {

/// Collective. Opens a file through MPI-IO; afterwards each rank writes rows of its own,
/// independently, and closes the file together with all others. \throws IoError
RowFile open_shared(const std::string& path, MPI_Comm communicator);

}  // namespace clvae::hdf5
