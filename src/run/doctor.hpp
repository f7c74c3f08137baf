#pragma once
/// \file
/// A look at everything that a run depends on, for `clvae doctor`.

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "run/preflight_findings.hpp"
#include "store/folder_probe.hpp"
#include "store/run_lock.hpp"
#include "train/device.hpp"

namespace clvae::run {

/// What the program was made of, and what it has loaded.
struct BuildFacts {
  std::string version;
  std::string commit;  ///< of the sources; empty where they are no git repository
  train::TorchFacts torch;
  std::string blas;  ///< file of the BLAS that LibTorch has loaded; empty where it has its own
  std::string mpi;
  std::string hdf5;
};

/// What the ranks of a host know together.
struct HostFacts {
  std::string name;
  std::string processor;      ///< "AMD EPYC 9354 32-Core Processor"
  std::string kernels;        ///< the builds of innermost loops that it runs, "x86-64-v4"
  bool has_bfloat16 = false;  ///< AVX512-BF16
  bool has_amx = false;       ///< tiles that multiply bfloat16 by themselves
  std::set<int> cores;        ///< that any of the ranks may use
  std::size_t ranks = 0;
  std::size_t memory = 0;                      ///< bytes available
  std::size_t shared_memory = 0;               ///< bytes free in /dev/shm
  store::Sight folder = store::Sight::absent;  ///< what its first rank sees of rank 0's probe
};

/// All of it.
struct Examination {
  BuildFacts build;
  LaunchFacts launch;
  std::string slurm_job;  ///< its number; empty outside of one
  std::vector<HostFacts> hosts;
  std::vector<RankFacts> devices;  ///< one for each rank; of one rank, one for each GPU it sees
  std::string wanted_folder;
  store::FolderFacts folder;  ///< the wanted one, or the closest above it that is there
  store::LockLook lock;       ///< of a run in it
  std::string gnuplot;        ///< version; empty where it can't be started
};

/// Versions alone: needs no MPI. \param commit of the sources
BuildFacts look_at_build(const std::string& commit);

/// Looks at the ranks' hosts and devices, and tries out a folder. Collective.
/// \return complete on rank 0, but for `gnuplot`, which is left to the caller \throws SharedError
Examination examine(const comm::Communicator& world, const BuildFacts& build,
                    const std::string& folder);

/// What is wrong, with remedies; fatal is what no run gets over. A pure function.
std::vector<Finding> findings(const Examination& examination);

}  // namespace clvae::run
