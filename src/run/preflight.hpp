#pragma once
/// \file
/// A look at the ranks' devices before anything is trained.

#include <vector>

#include "comm/communicator.hpp"
#include "comm/device_map.hpp"
#include "config/config.hpp"
#include "core/console.hpp"
#include "run/preflight_findings.hpp"

namespace clvae::run {

/// Runs a small kernel on every rank's device, and tells what would go wrong there. Collective.
/// \param places of all ranks \throws SharedError where members can't be trained on one of them
void preflight(const comm::Communicator& world, const config::Training& training,
               const std::vector<comm::DeviceAssignment>& places, Console& console);

/// The same of a process that is alone, which tells nothing itself.
std::vector<Finding> findings_here(const config::Training& training,
                                   const comm::DeviceAssignment& place);

}  // namespace clvae::run
