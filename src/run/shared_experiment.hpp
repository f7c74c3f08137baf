#pragma once
/// \file
/// The experiment, held once a host.

#include "comm/communicator.hpp"
#include "config/config.hpp"
#include "data/split.hpp"

namespace clvae::run {

/// Reads the dataset on one rank of each host and draws the experiment from it, whose values all
/// ranks of the host have in memory that they share, so that a shared file system serves each host
/// once and a host holds them once. With `dataset.stage` that rank first copies the files to a
/// folder of its host, and uses a copy that is there. Where a host has too little memory to share,
/// it says so, and each of its ranks has a copy. The last copy of the values gives that memory
/// back, which is collective. Collective. \param precision of features, the same on all ranks
/// \throws SharedError
data::Experiment agreed_experiment(const comm::Communicator& world, const config::Config& config,
                                   FeaturePrecision precision);

}  // namespace clvae::run
