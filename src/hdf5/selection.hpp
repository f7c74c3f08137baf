#pragma once
/// \file
/// Parts of datasets: fixed positions on the leading axes, everything on the others.

#include <vector>

#include "hdf5/handles.hpp"
#include "hdf5/item.hpp"

namespace clvae::hdf5 {

/// A part of a dataset, as HDF5 wants it for reading and writing.
struct Selection {
  DataspaceHandle file;    ///< where the part lies in the dataset
  DataspaceHandle memory;  ///< one row of `elements`
  std::size_t elements = 0;
};

/// Selects a part. \param leading positions on the first axes, each below the item's extent
/// \param path of the file, for the error \throws IoError where HDF5 refuses
Selection select(const Item& item, const std::vector<std::size_t>& leading,
                 const std::string& path);

}  // namespace clvae::hdf5
