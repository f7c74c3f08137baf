#pragma once
/// \file
/// What is wrong with the ranks' devices, and what to do: from facts alone.

#include <string>
#include <vector>

#include "comm/device_map.hpp"
#include "train/device_facts.hpp"

namespace clvae::run {

/// What one rank knows of its device and its host.
struct RankFacts {
  comm::DeviceAssignment place;
  train::DeviceFacts device;
  std::string driver;  ///< of NVIDIA, on its host, "580.65.06"; empty where there is none
  int gpus = 0;        ///< that the job has on the host
};

enum class Launcher { none, mpirun, srun };

/// How the job was started.
struct LaunchFacts {
  int ranks = 1;  ///< that MPI knows of
  int tasks = 0;  ///< that the launcher started; without one, those of the Slurm job; 0: not known
  Launcher launcher = Launcher::none;
  bool is_cuda_wanted = true;  ///< where there is any
};

/// Something that the user should know, with its cure.
struct Finding {
  bool is_fatal = false;  ///< members can't be trained so
  std::string message;    ///< names host and device
};

/// A pure function. \param ranks in rank order
std::vector<Finding> findings(const std::vector<RankFacts>& ranks, const LaunchFacts& launch);

/// The driver's version in the first line of /proc/driver/nvidia/version; empty where none is.
std::string driver_in(const std::string& line);

}  // namespace clvae::run
