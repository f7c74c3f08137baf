#pragma once
/// \file
/// What each rank trains on.

#include <vector>

#include "comm/communicator.hpp"
#include "comm/device_map.hpp"
#include "config/config.hpp"

namespace clvae::run {

/// Readies LibTorch on every rank, and gives each its device. Collective. \return in rank order
/// \throws SharedError where there is no such device
std::vector<comm::DeviceAssignment> agreed_devices(const comm::Communicator& world,
                                                   const config::Training& training);

/// The same for a process that is alone. \throws UsageError
comm::DeviceAssignment own_device(const config::Training& training);

/// Refuses bfloat16 where it would be slower than float32. \throws UsageError where members are
/// trained on this process's processor, and it only emulates the precision
void require_precision(const config::Config& config, const comm::DeviceAssignment& place);

}  // namespace clvae::run
