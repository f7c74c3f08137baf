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

/// How this process was started, by the words that launchers leave in its environment.
LaunchFacts launch_of(int ranks, const config::Training& training);

/// What the ranks know of their devices, in rank order. Collective. \param places of all ranks; of
/// a single rank any number, which it looks at one after the other \throws SharedError
std::vector<RankFacts> gather_facts(const comm::Communicator& world,
                                    const std::vector<comm::DeviceAssignment>& places);

}  // namespace clvae::run
