#pragma once
/// \file
/// Where the ranks run.

#include <vector>

#include "comm/communicator.hpp"
#include "comm/device_map.hpp"

namespace clvae::comm {

/// The places of all ranks, in rank order. Collective.
std::vector<RankPlace> gather_places(const Communicator& communicator, int visible_cuda_devices);

}  // namespace clvae::comm
