#include "comm/device_map.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"

namespace clvae::comm {

std::optional<DeviceChoice> device_choice_named(std::string_view name) {
  if (name == "auto") return DeviceChoice::automatic;
  if (name == "cpu") return DeviceChoice::cpu;
  if (name == "cuda") return DeviceChoice::cuda;
  return std::nullopt;
}

std::vector<DeviceAssignment> assign_devices(DeviceChoice choice,
                                             const std::vector<RankPlace>& places) {
  std::vector<DeviceAssignment> assignments;
  for (const RankPlace& place : places) {
    const Rank rank{static_cast<int>(assignments.size())};
    const int devices = place.visible_cuda_devices;
    if (choice == DeviceChoice::cuda && devices == 0) {
      throw UsageError(fmt::format(
          "device cuda is asked for, but rank {} on {} sees no CUDA device; device auto takes the "
          "CPU there",
          rank.value(), place.host));
    }
    const bool on_gpu = choice != DeviceChoice::cpu && devices > 0;
    assignments.push_back(
        {rank, place.host,
         on_gpu ? fmt::format("cuda:{}", place.local_rank % devices) : std::string("cpu")});
  }
  return assignments;
}

std::vector<std::string> describe(const std::vector<DeviceAssignment>& assignments) {
  struct Host {
    std::string name;
    std::vector<std::string> ranks;
    std::vector<std::string> devices;
  };
  std::vector<Host> hosts;
  for (const DeviceAssignment& assignment : assignments) {
    auto host = std::find_if(hosts.begin(), hosts.end(),
                             [&](const Host& known) { return known.name == assignment.host; });
    if (host == hosts.end()) host = hosts.insert(hosts.end(), {assignment.host, {}, {}});
    host->ranks.push_back(std::to_string(assignment.rank.value()));
    host->devices.push_back(assignment.device);
  }
  std::vector<std::string> lines;
  for (const Host& host : hosts) {
    const bool all_the_same =
        std::all_of(host.devices.begin(), host.devices.end(),
                    [&](const std::string& device) { return device == host.devices.front(); });
    lines.push_back(fmt::format("{}: rank{} {} on {}", host.name, host.ranks.size() > 1 ? "s" : "",
                                joined(host.ranks),
                                all_the_same ? host.devices.front() : joined(host.devices)));
  }
  return lines;
}

}  // namespace clvae::comm
