#pragma once
/// \file
/// The dataset, read once a host.

#include <string>

#include "clvae/comm/communicator.hpp"
#include "clvae/config/config.hpp"
#include "clvae/data/dataset.hpp"

namespace clvae::jobs {

/// Reads the dataset that a config names. Any rank. \throws DataError
data::Dataset read_dataset(const config::Dataset& wanted);

/// What `dataset.axes` says.
data::Axes axes_of(const std::string& word);

/// Reads the dataset on one rank of each host and gives it to the others there, so that a shared
/// file system serves each host once. With `dataset.stage` that rank first copies the files to a
/// folder of its host, and uses a copy that is there. Collective. \throws SharedError
data::Dataset agreed_dataset(const comm::Communicator& world, const config::Dataset& wanted);

/// Copies a dataset, a file or a folder with all that is below it, below `stage`, unless it is
/// there: under a temporary name, then renamed, so that a copy is whole or absent. It is found
/// again by its path and the files' names, sizes and times. One process a host. \return the copy's
/// path, of the same last name \throws IoError
std::string staged_path(const std::string& path, const std::string& stage);

}  // namespace clvae::jobs
