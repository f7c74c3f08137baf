#pragma once
/// \file
/// Whether the values of a dataset are there. HDF5 itself reads zeros in place of what was never
/// written, and of what lies in another file that is missing.

#include <string>
#include <vector>

#include "hdf5/handles.hpp"

namespace clvae::hdf5 {

/// Where a dataset is.
struct DatasetPlace {
  Id file = kNoId;   ///< open
  std::string path;  ///< of that file
  std::string item;  ///< within it, as "/train/x"
  std::string words() const { return path + ": " + item; }
};

/// Demands that every value is there, in whatever layout: contiguous and compact values, all
/// chunks and the filters that they take, external files, and the sources of virtual datasets,
/// which may be virtual themselves. The dataset must not be open.
/// \return the other files that values are read from
/// \throws DataError which names the dataset, and what of it is missing where
std::vector<std::string> require_stored(const DatasetPlace& place);

/// The same of the sources of a virtual dataset. \param depth of virtual datasets that are made of
/// virtual ones, down to this
std::vector<std::string> require_sources(const DatasetPlace& place, int depth);
std::vector<std::string> require_stored(const DatasetPlace& place, int depth);

/// Opens a dataset whose external files, if it has some, are looked for beside its own file.
/// \throws DataError where there is none
DatasetHandle open_dataset(const DatasetPlace& place);
/// Its shape; empty for a single value. \param dataset open
std::vector<std::size_t> shape_of(const DatasetHandle& dataset);
std::vector<std::size_t> shape_of(const DataspaceHandle& space);

/// "chunks packed by deflate", "chunks", "external files", ... \param properties of its creation
std::string layout_in_words(const PropertyListHandle& properties);

}  // namespace clvae::hdf5
