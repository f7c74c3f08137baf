#pragma once
/// \file
/// The dataset, read once a host.

#include <string>

#include "clvae/comm/communicator.hpp"
#include "clvae/config/config.hpp"
#include "clvae/data/dataset.hpp"

namespace clvae::jobs {

/// Reads the dataset on one rank of each host and gives it to the others there, so that a shared
/// file system serves each host once. With `dataset.stage` that rank first copies the files to a
/// folder of its host, and uses a copy that is there. Collective. \throws SharedError
data::Dataset agreed_dataset(const comm::Communicator& world, const config::Dataset& wanted);

/// Copies the files of a dataset's folder below `stage`, unless they are there: under a temporary
/// name, then renamed, so that a copy is whole or absent. It is found again by the folder's path
/// and the files' names, sizes and times. One process a host. \return the copy's folder, of the
/// same last name \throws IoError
std::string staged_folder(const std::string& folder, const std::string& stage);

}  // namespace clvae::jobs
