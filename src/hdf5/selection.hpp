#pragma once
/// \file
/// A part of a dataset: fixed positions on its leading axes, everything on the others.

#include <vector>

#include "hdf5/handles.hpp"
#include "hdf5/item.hpp"

namespace clvae::hdf5 {

struct Selection {
  DataspaceHandle file;    ///< where the part lies in the dataset
  DataspaceHandle memory;  ///< one row of `elements`
  std::size_t elements = 0;
};

/// \param leading positions on the first axes, each below the item's extent
/// \param path of the file, for the error \throws IoError where HDF5 refuses
Selection select(const Item& item, const std::vector<std::size_t>& leading,
                 const std::string& path);

}  // namespace clvae::hdf5
