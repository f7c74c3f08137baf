#include "run/preflight.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"

namespace clvae::run {

namespace {

using nlohmann::json;

int number_in(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? 0 : std::atoi(text);  // NOLINT: 0 is right for junk
}

/// Those of the host where Slurm does not say which are the job's.
int gpus_of_job() {
  if (const int given = number_in("SLURM_GPUS_ON_NODE"); given > 0) return given;
  std::error_code none;
  const std::filesystem::directory_iterator gpus("/proc/driver/nvidia/gpus", none);
  return none ? 0 : static_cast<int>(std::distance(gpus, std::filesystem::directory_iterator()));
}

RankFacts facts_of(const comm::DeviceAssignment& place) {
  RankFacts facts{place, train::look_at(place.device), "", gpus_of_job()};
  std::ifstream version("/proc/driver/nvidia/version");
  std::string line;
  if (std::getline(version, line)) facts.driver = driver_in(line);
  return facts;
}

std::string packed(const RankFacts& facts) {
  const train::DeviceFacts& device = facts.device;
  const json values{{"is_built_for_cuda", device.is_built_for_cuda},
                    {"runtime_version", device.runtime_version},
                    {"driver_version", device.driver_version},
                    {"name", device.name},
                    {"capability", device.capability},
                    {"bus", device.bus},
                    {"free_bytes", device.free_bytes},
                    {"total_bytes", device.total_bytes},
                    {"error", device.error},
                    {"driver", facts.driver},
                    {"gpus", facts.gpus}};
  return values.dump(-1, ' ', false, json::error_handler_t::replace);
}

RankFacts unpacked(const std::string& text, const comm::DeviceAssignment& place) {
  const json values = json::parse(text);
  RankFacts facts{place, {}, values.at("driver"), values.at("gpus")};
  train::DeviceFacts& device = facts.device;
  values.at("is_built_for_cuda").get_to(device.is_built_for_cuda);
  values.at("runtime_version").get_to(device.runtime_version);
  values.at("driver_version").get_to(device.driver_version);
  values.at("name").get_to(device.name);
  values.at("capability").get_to(device.capability);
  values.at("bus").get_to(device.bus);
  values.at("free_bytes").get_to(device.free_bytes);
  values.at("total_bytes").get_to(device.total_bytes);
  values.at("error").get_to(device.error);
  return facts;
}

}  // namespace

LaunchFacts launch_of(int ranks, const config::Training& training) {
  LaunchFacts launch;
  launch.ranks = ranks;
  launch.is_cuda_wanted = training.device != "cpu";
  // Each tells the processes that it starts how many they are; PMI_SIZE is of MPICH and its kin.
  if (const int started = number_in("OMPI_COMM_WORLD_SIZE"); started > 0) {
    launch.launcher = Launcher::mpirun;
    launch.tasks = started;
  } else if (const int of_step = number_in("SLURM_STEP_NUM_TASKS"); of_step > 0) {
    launch.launcher = Launcher::srun;
    launch.tasks = of_step;
  } else if (const int of_others = number_in("PMI_SIZE"); of_others > 0) {
    launch.launcher = Launcher::mpirun;
    launch.tasks = of_others;
  } else {
    launch.tasks = number_in("SLURM_NTASKS");
  }
  return launch;
}

std::vector<RankFacts> gather_facts(const comm::Communicator& world,
                                    const std::vector<comm::DeviceAssignment>& places) {
  std::vector<RankFacts> ranks;
  if (world.size() == 1) {
    comm::together(world, [&] {
      for (const comm::DeviceAssignment& place : places) ranks.push_back(facts_of(place));
    });
    return ranks;
  }
  std::string own;
  comm::together(world, [&] {
    own = packed(facts_of(places.at(static_cast<std::size_t>(world.rank().value()))));
  });
  for (const std::string& text : world.all_gather(own)) {
    ranks.push_back(unpacked(text, places.at(ranks.size())));
  }
  return ranks;
}

void preflight(const comm::Communicator& world, const config::Training& training,
               const std::vector<comm::DeviceAssignment>& places, Console& console) {
  const std::vector<RankFacts> ranks = gather_facts(world, places);
  comm::together(world, [&] {
    std::string fatal;
    for (const Finding& finding : findings(ranks, launch_of(world.size(), training))) {
      if (!finding.is_fatal) {
        console.warning(finding.message);
      } else if (fatal.empty()) {
        fatal = finding.message;
      } else {
        fatal += "; " + finding.message;
      }
    }
    if (!fatal.empty()) throw RunError(fatal);
  });
}

std::vector<Finding> findings_here(const config::Training& training,
                                   const comm::DeviceAssignment& place) {
  LaunchFacts launch = launch_of(1, training);
  launch.tasks = 0;  // whose job this process does not do
  return findings({facts_of(place)}, launch);
}

}  // namespace clvae::run
