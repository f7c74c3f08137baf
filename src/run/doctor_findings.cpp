#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/console.hpp"
#include "core/nearest.hpp"
#include "run/doctor.hpp"

namespace clvae::run {

namespace {

std::string size_in_words(std::size_t bytes) { return format_bytes(static_cast<double>(bytes)); }

/// Names of the hosts of which something holds.
template <class Holds>
std::vector<std::string> hosts_where(const std::vector<HostFacts>& hosts, const Holds& holds) {
  std::vector<std::string> names;
  for (const HostFacts& host : hosts) {
    if (holds(host)) names.push_back(host.name);
  }
  return names;
}

/// Nobody can use ranks that each are a world of their own: the run's lock turns all but one away.
void find_ranks(const Examination& seen, std::vector<Finding>& found) {
  std::vector<Finding> devices = findings(seen.devices, seen.launch);
  const bool are_lost =
      seen.launch.launcher != Launcher::none && seen.launch.tasks > seen.launch.ranks;
  for (Finding& finding : devices) {
    if (are_lost && finding.message.find("but MPI knows of") != std::string::npos) {
      finding.is_fatal = true;
    }
    found.push_back(finding);
  }
}

void find_processors(const Examination& seen, std::vector<Finding>& found) {
  std::set<std::string> kinds;
  for (const HostFacts& host : seen.hosts) {
    kinds.insert(host.processor + host.kernels);
    const bool trains_here =
        std::any_of(seen.devices.begin(), seen.devices.end(), [&](const RankFacts& rank) {
          return rank.place.host == host.name && rank.place.device == "cpu";
        });
    if (!trains_here || host.cores.empty() || host.cores.size() >= host.ranks) continue;
    found.push_back(
        {false,
         fmt::format("{}: {} ranks share {} core{} and take turns: ask for a core a rank "
                     "(--cpus-per-task=1), or let ranks go where they want (mpirun --bind-to none, "
                     "srun --cpu-bind=none)",
                     host.name, host.ranks, host.cores.size(), host.cores.size() == 1 ? "" : "s")});
  }
  if (kinds.size() > 1) {
    found.push_back({false,
                     "the hosts have different processors: members are as good on each, but their "
                     "last bits differ. For the same bits take nodes of one kind (sbatch "
                     "--constraint)"});
  }
}

void find_memory(const Examination& seen, std::vector<Finding>& found) {
  constexpr std::size_t kLittle = std::size_t{256} << 20U;
  const std::vector<std::string> names =
      hosts_where(seen.hosts, [](const HostFacts& host) { return host.shared_memory < kLittle; });
  if (names.empty()) return;
  found.push_back(
      {false, fmt::format("{}: less than {} are free in /dev/shm, where the ranks of a host "
                          "share the samples: each rank holds its own where they find no "
                          "room. In a container give it more (--shm-size)",
                          joined(names), size_in_words(kLittle))});
}

void find_libraries(const Examination& seen, std::vector<Finding>& found) {
  // Debian's reference BLAS, which LibTorch calls where no other one is installed.
  const std::string& blas = seen.build.blas;
  if (blas.find("/blas/libblas.") != std::string::npos) {
    found.push_back(
        {false, fmt::format("LibTorch multiplies by the reference BLAS ({}), many times slower "
                            "than others: install OpenBLAS (Debian package libopenblas0-serial)",
                            blas)});
  }
  if (seen.gnuplot.empty()) {
    found.push_back(
        {false,
         "gnuplot can't be started: members are trained and tables written, but clvae run "
         "then ends with status 1 for want of figures. Install it (Debian package "
         "gnuplot-nox) or put it on the PATH"});
  }
}

void find_locks(const Examination& seen, std::vector<Finding>& found) {
  const store::FolderFacts& folder = seen.folder;
  const std::vector<std::string> unlocked = hosts_where(
      seen.hosts, [](const HostFacts& host) { return host.folder == store::Sight::unlocked; });
  if (!folder.has_locks) {
    found.push_back(
        {false, fmt::format("{}: the file system has no locks: that one job at a time works on "
                            "a run is known by process numbers and a count in run.lock alone. "
                            "Start one job a run, or mount it with locks (Lustre: flock)",
                            folder.path)});
  } else if (!unlocked.empty()) {
    found.push_back(
        {false, fmt::format("{}: locks do not reach {}: another host's job on a run is known by "
                            "a count in run.lock, which takes 12 s to watch. Mount it with "
                            "locks of the whole cluster (Lustre: flock rather than localflock)",
                            folder.path, joined(unlocked))});
  }
}

void find_folder(const Examination& seen, std::vector<Finding>& found) {
  constexpr std::size_t kLittle = std::size_t{1} << 30U;
  const store::FolderFacts& folder = seen.folder;
  if (!folder.error.empty()) {
    found.push_back({true, fmt::format("{}: choose another folder (--output)", folder.error)});
    return;
  }
  const std::vector<std::string> blind = hosts_where(
      seen.hosts, [](const HostFacts& host) { return host.folder == store::Sight::absent; });
  if (!blind.empty()) {
    found.push_back(
        {true, fmt::format("{}: {} {} not see it: choose a folder (--output) on a file "
                           "system that all nodes share",
                           folder.path, joined(blind), blind.size() == 1 ? "does" : "do")});
    return;
  }
  if (folder.free_bytes < kLittle) {
    found.push_back(
        {false, fmt::format("{}: {} are free; clvae check CONFIG tells what a run needs, which "
                            "is set aside before it trains",
                            folder.path, size_in_words(folder.free_bytes))});
  }
  find_locks(seen, found);
  if (!folder.sets_room_aside) {
    found.push_back(
        {false, fmt::format("{}: the file system sets no room aside, so that others can fill it "
                            "while a job works; what is done stays, and the same command goes "
                            "on once there is room",
                            folder.path)});
  }
  if (seen.lock.state == store::LockState::held || seen.lock.state == store::LockState::claimed) {
    const bool is_sure = seen.lock.state == store::LockState::held;
    found.push_back(
        {is_sure, fmt::format("{}: another job works on this run{}: {}; wait for its end, or "
                              "choose another --output",
                              seen.wanted_folder, is_sure ? "" : ", as its run.lock says",
                              seen.lock.holder)});
  }
}

}  // namespace

std::vector<Finding> findings(const Examination& examination) {
  std::vector<Finding> found;
  find_ranks(examination, found);
  find_processors(examination, found);
  find_memory(examination, found);
  find_libraries(examination, found);
  find_folder(examination, found);
  std::stable_partition(found.begin(), found.end(),
                        [](const Finding& finding) { return finding.is_fatal; });
  return found;
}

}  // namespace clvae::run
