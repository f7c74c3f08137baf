#pragma once
/// \file
/// The training of an ensemble, which the ranks share.

#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "comm/device_map.hpp"
#include "core/console.hpp"
#include "data/split.hpp"
#include "run/settings.hpp"
#include "store/run_lock.hpp"

namespace clvae::run {

/// Trains every member that the run file does not hold yet. Collective.
/// \param devices of all ranks \param lock of rank 0; null on the others
/// \return on every rank, why members are left; empty where none is \throws SharedError
std::string train_what_is_left(const comm::Communicator& world, const Settings& settings,
                               const data::Experiment& experiment,
                               const std::vector<comm::DeviceAssignment>& devices,
                               const store::RunLock* lock, Console& console);

}  // namespace clvae::run
