#include "run/preflight_findings.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>
#include <tuple>

#include <fmt/format.h>

namespace clvae::run {

namespace {

double gibibytes(std::size_t bytes) {
  constexpr double kGiB = 1024.0 * 1024 * 1024;
  return static_cast<double>(bytes) / kGiB;
}

/// "node1, cuda:0 (NVIDIA H100 80GB HBM3 at 0000:3B:00.0)"; the number alone is another GPU's for
/// each rank where a launcher shows each rank its own.
std::string name_of_device(const RankFacts& rank) {
  std::string name = rank.place.host.empty() ? "" : rank.place.host + ", ";
  name += rank.place.device;
  const train::DeviceFacts& device = rank.device;
  if (!device.name.empty()) name += fmt::format(" ({} at {})", device.name, device.bus);
  return name;
}

std::string cuda_version(int version) {
  constexpr int kMajor = 1000;
  constexpr int kMinor = 10;
  return fmt::format("{}.{}", version / kMajor, version % kMajor / kMinor);
}

/// The first driver that serves a generation of CUDA; 0 where that is not known.
int oldest_driver_for(int runtime_version) {
  constexpr int kMajor = 1000;
  switch (runtime_version / kMajor) {
    case 11:
      return 450;
    case 12:
      return 525;
    case 13:
      return 580;
    default:
      return 0;
  }
}

bool is_driver_too_old(const RankFacts& rank) {
  const int oldest = oldest_driver_for(rank.device.runtime_version);
  return oldest > 0 && !rank.driver.empty() && std::atoi(rank.driver.c_str()) < oldest;
}

std::string words_for_old_driver(const RankFacts& rank) {
  return fmt::format(
      "the driver {} is too old for the CUDA {} of this LibTorch, which needs {} or later: update "
      "the driver, or build with a LibTorch for an earlier CUDA",
      rank.driver.empty() ? cuda_version(rank.device.driver_version) : rank.driver,
      cuda_version(rank.device.runtime_version), oldest_driver_for(rank.device.runtime_version));
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

std::string memory_words(const RankFacts& rank) {
  return fmt::format("{:.1f} of {:.1f} GiB are free", gibibytes(rank.device.free_bytes),
                     gibibytes(rank.device.total_bytes));
}

std::string words_for_full(const RankFacts& rank) {
  return fmt::format(
      "the GPU is full{}: end what fills it (nvidia-smi shows the processes), or choose others by "
      "CUDA_VISIBLE_DEVICES",
      rank.device.total_bytes > 0 ? " (" + memory_words(rank) + ")" : "");
}

/// Why a small kernel did not run, and what to do.
std::string words_for_error(const RankFacts& rank) {
  const std::string& error = rank.device.error;
  if (contains(error, "no kernel image")) {
    return fmt::format(
        "this LibTorch has no code for the GPU's compute capability {0} (\"no kernel image\"): "
        "take a LibTorch that was built for it (TORCH_CUDA_ARCH_LIST with {0})",
        rank.device.capability.empty() ? "?" : rank.device.capability);
  }
  if (contains(error, "driver version is insufficient") ||
      contains(error, "driver on your system")) {
    return words_for_old_driver(rank);
  }
  if (contains(error, "out of memory")) return words_for_full(rank);
  if (contains(error, "busy or unavailable") || contains(error, "exclusive")) {
    return "another process has the GPU for itself (compute mode Exclusive_Process): wait for it, "
           "choose another GPU, or start as many ranks as GPUs (nvidia-smi shows the processes)";
  }
  return fmt::format("a small kernel does not run there: {}", error);
}

using GpuKey = std::tuple<std::string, std::string>;  // host, bus

std::map<GpuKey, std::vector<const RankFacts*>> ranks_by_gpu(const std::vector<RankFacts>& ranks) {
  std::map<GpuKey, std::vector<const RankFacts*>> gpus;
  for (const RankFacts& rank : ranks) {
    if (!rank.device.bus.empty()) gpus[{rank.place.host, rank.device.bus}].push_back(&rank);
  }
  return gpus;
}

/// Memory that other processes than the ranks hold.
void find_foreign_use(const std::vector<RankFacts>& ranks, std::vector<Finding>& found) {
  constexpr double kOfRank = 0.75;  // GiB, of CUDA itself
  constexpr double kNoticed = 0.1;  // of the GPU's
  constexpr double kLeast = 0.5;    // GiB, for one small member
  for (const auto& [key, sharing] : ranks_by_gpu(ranks)) {
    const auto fullest = std::min_element(sharing.begin(), sharing.end(),
                                          [](const RankFacts* a, const RankFacts* b) {
                                            return a->device.free_bytes < b->device.free_bytes;
                                          });
    const RankFacts& rank = **fullest;
    if (rank.device.total_bytes == 0 || !rank.device.error.empty()) continue;
    const double total = gibibytes(rank.device.total_bytes);
    const double free = gibibytes(rank.device.free_bytes);
    const double foreign = total - free - kOfRank * static_cast<double>(sharing.size());
    if (free < kLeast) {
      found.push_back({true, fmt::format("{}: {}", name_of_device(rank), words_for_full(rank))});
    } else if (foreign > kNoticed * total) {
      found.push_back(
          {false, fmt::format("{}: about {:.0f} GiB are used by others than this job ({}): fewer "
                              "members find room at a time, and all are slower; nvidia-smi shows "
                              "the processes",
                              name_of_device(rank), foreign, memory_words(rank))});
    }
  }
}

/// Ranks that share a GPU while others of the job have nothing to do.
void find_idle_gpus(const std::vector<RankFacts>& ranks, std::vector<Finding>& found) {
  struct Host {
    std::size_t ranks = 0;
    std::size_t gpus = 0;
    std::set<std::string> used;
    std::string device;  ///< of the first rank
  };
  std::map<std::string, Host> hosts;
  for (const RankFacts& rank : ranks) {
    if (rank.device.bus.empty()) continue;
    Host& host = hosts[rank.place.host];
    if (++host.ranks == 1) host.device = rank.place.device;
    host.gpus = std::max(host.gpus, static_cast<std::size_t>(rank.gpus));
    host.used.insert(rank.device.bus);
  }
  for (const auto& [name, host] : hosts) {
    if (host.used.size() >= std::min(host.ranks, host.gpus)) continue;
    const std::string where = host.used.size() == 1 ? fmt::format("the same GPU ({})", host.device)
                                                    : fmt::format("{} GPUs", host.used.size());
    found.push_back(
        {false, fmt::format("{}: all {} ranks are on {}, and {} of its {} GPUs have nothing to do: "
                            "give each rank its own (srun --gpus-per-task=1), or let all ranks see "
                            "all of them (no CUDA_VISIBLE_DEVICES of one number)",
                            name, host.ranks, where, host.gpus - host.used.size(), host.gpus)});
  }
}

/// GPUs that nothing here can use.
void find_useless_gpus(const std::vector<RankFacts>& ranks, std::vector<Finding>& found) {
  std::set<std::string> told;
  for (const RankFacts& rank : ranks) {
    if (rank.place.device != "cpu" || rank.driver.empty() || rank.gpus == 0) continue;
    std::string why;
    if (!rank.device.is_built_for_cuda) {
      why =
          "clvae was built with a LibTorch without CUDA: build it with one that has it "
          "(slurm/README.md, GPUs)";
    } else if (is_driver_too_old(rank)) {
      why = words_for_old_driver(rank);
    } else {
      continue;  // as when a launcher shows this rank none
    }
    if (!told.insert(rank.place.host).second) continue;
    found.push_back(
        {false, fmt::format("{}: {} GPU{} there, and members are trained on the CPU: {}",
                            rank.place.host.empty() ? "here" : rank.place.host, rank.gpus,
                            rank.gpus == 1 ? " is" : "s are", why)});
  }
}

/// Ranks that MPI does not know of.
void find_lost_ranks(const std::vector<RankFacts>& ranks, const LaunchFacts& launch,
                     std::vector<Finding>& found) {
  if (launch.tasks <= launch.ranks) return;
  const RankFacts& first = ranks.front();
  const std::string known = launch.ranks == 1 ? "1 rank" : fmt::format("{} ranks", launch.ranks);
  std::string what;
  if (launch.launcher == Launcher::srun) {
    what = fmt::format(
        "srun started {} tasks, but MPI knows of {}, so that each works for itself: Slurm and this "
        "MPI have no PMIx in common. Start it by mpirun (CLVAE_LAUNCHER=mpirun), or by srun "
        "--mpi=TYPE with a type of srun --mpi=list that the MPI was built with (CLVAE_MPI_TYPE)",
        launch.tasks, known);
  } else if (launch.launcher == Launcher::mpirun) {
    what = fmt::format(
        "mpirun started {} processes, but MPI knows of {}, so that each works for itself: mpirun "
        "is that of another MPI than clvae was built with. Start it by the one of the same "
        "installation or module",
        launch.tasks, known);
  } else {
    what = fmt::format(
        "the Slurm job has {} tasks, and {} at work: start clvae by srun --mpi=pmix or mpirun to "
        "use all of them",
        launch.tasks, known + (launch.ranks == 1 ? " is" : " are"));
  }
  found.push_back({false, fmt::format("{}: {}", name_of_device(first), what)});
}

}  // namespace

std::string driver_in(const std::string& line) {
  constexpr const char* kDigits = "0123456789";
  // "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.54.03  Tue Jun  6 ...": the first word
  // that is made of digits and dots alone, which "x86_64" is not.
  std::istringstream words(line);
  for (std::string word; words >> word;) {
    if (word.find('.') == std::string::npos) continue;
    if (word.find_first_not_of("0123456789.") == std::string::npos &&
        word.find_first_of(kDigits) == 0) {
      return word;
    }
  }
  return {};
}

std::vector<Finding> findings(const std::vector<RankFacts>& ranks, const LaunchFacts& launch) {
  std::vector<Finding> found;
  find_lost_ranks(ranks, launch, found);
  std::set<std::string> told;
  for (const RankFacts& rank : ranks) {
    const std::string name = name_of_device(rank);
    if (rank.device.error.empty() || !told.insert(name).second) continue;
    found.push_back({true, fmt::format("{}: {}", name, words_for_error(rank))});
  }
  find_foreign_use(ranks, found);
  find_idle_gpus(ranks, found);
  if (launch.is_cuda_wanted) find_useless_gpus(ranks, found);
  return found;
}

}  // namespace clvae::run
