#pragma once
/// \file
/// Datasets in HDF5 files.

#include "clvae/data/dataset.hpp"

namespace clvae::jobs {

/// Opens /train/x and /train/y, and /test/x and /test/y where they are there. Names of classes are
/// the attribute class_names of the file or of /train/y, else the labels' own. The samples' values
/// stay in the file, which has to stay as it is for as long as there is a copy of their source. Any
/// rank.
/// \throws DataError as `store::ArrayFile` and `data::assemble`
data::Dataset load_hdf5(const data::Source& source);

}  // namespace clvae::jobs
