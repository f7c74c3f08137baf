#pragma once
/// \file
/// How many members a rank trains at a time.

#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "comm/device_map.hpp"
#include "config/config.hpp"
#include "core/console.hpp"
#include "core/kind.hpp"
#include "run/member_trainer.hpp"
#include "train/gpu_memory.hpp"

namespace clvae::run {

/// A number of lanes, and where it comes from.
struct LaneChoice {
  int lanes = 1;
  std::string reason;  ///< in words; empty on a processor
};

/// What one rank would choose. \param device "cpu" or "cuda:N"  \param memory of it; only looked at
/// where the number is to be chosen by it
LaneChoice choose_lanes(const config::Config& config, const std::string& device,
                        const train::LaneMemory& memory);

/// How many ranks share the device of each. \param gpus what tells each rank's GPU from all others;
/// empty for a processor
std::vector<int> ranks_on_each(const std::vector<std::string>& gpus);

/// Members at a time on every rank: as many as each of them can take, which rank 0 says. Readies a
/// lane on GPUs to see what a member takes. Collective. \param kinds that are to be trained
/// \throws SharedError where a member does not find room
int agreed_lanes(const comm::Communicator& world, const config::Config& config,
                 const std::vector<comm::DeviceAssignment>& devices, const MemberTrainer& trainer,
                 const std::vector<Kind>& kinds, Console& console);

}  // namespace clvae::run
