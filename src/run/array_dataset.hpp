#pragma once
/// \file
/// Data in HDF5 files.

#include <memory>
#include <string>

#include "data/dataset.hpp"
#include "data/unlabelled.hpp"

namespace clvae::run {

/// Opens /train/x and /train/y, and /test/x and /test/y where they are there. Names of classes are
/// the attribute class_names of the file or of /train/y, else the labels' own. The samples' values
/// stay in the file, which has to stay as it is for as long as there is a copy of their source. Any
/// rank.
/// \throws DataError as `hdf5::ArrayFile` and `data::assemble`
data::Dataset load_hdf5(const data::Source& source);

/// The samples of the dataset /x, or /test/x, or /train/x, to be scored. Any rank; each opens its
/// own. \throws DataError as `hdf5::ArrayFile` and `data::unlabelled_array`
std::unique_ptr<data::UnlabelledSamples> open_hdf5(const std::string& path,
                                                   const data::SampleForm& form);

}  // namespace clvae::run
