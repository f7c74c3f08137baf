#pragma once
/// \file
/// Which rank trains on which device; knows no MPI.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/strong.hpp"

namespace clvae::comm {

enum class DeviceChoice {
  automatic,  ///< CUDA devices where a host has any, else the CPU
  cpu,
  cuda,
};
/// "auto", "cpu" or "cuda".
std::optional<DeviceChoice> device_choice_named(std::string_view name);

/// Where a rank runs.
struct RankPlace {
  std::string host;
  int local_rank = 0;            ///< among the ranks of its host
  int visible_cuda_devices = 0;  ///< to this rank
};

/// What a rank trains on.
struct DeviceAssignment {
  Rank rank;
  std::string host;
  std::string device;  ///< "cpu" or "cuda:N"
};

/// One assignment a rank: the local rank modulo the devices that the rank sees, so that several
/// ranks may share a GPU, and a launcher that shows each rank its own GPU is obeyed. A pure
/// function. \param places in rank order \throws UsageError where CUDA is asked for and a rank sees
/// no device
std::vector<DeviceAssignment> assign_devices(DeviceChoice choice,
                                             const std::vector<RankPlace>& places);

/// One line a host: "node1: ranks 0, 1 on cuda:0, cuda:1".
std::vector<std::string> describe(const std::vector<DeviceAssignment>& assignments);

}  // namespace clvae::comm
