#include "run/lanes.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "run/experiment.hpp"

namespace clvae::run {

namespace {

constexpr const char* kCpu = "cpu";

std::string in_words(std::size_t bytes) { return format_bytes(static_cast<double>(bytes)); }

}  // namespace

LaneChoice choose_lanes(const config::Config& config, const std::string& device,
                        const train::LaneMemory& memory) {
  if (device == kCpu) return {};
  if (reads_blocks(config)) {
    return {1, "samples are read block by block, through one buffer (dataset.memory: blocks)"};
  }
  if (config.training.members_per_gpu) {
    return {*config.training.members_per_gpu, "training.members_per_gpu"};
  }
  const std::string shared =
      memory.ranks > 1 ? fmt::format(", which {} ranks share", memory.ranks) : "";
  return {
      train::lanes_that_fit(memory),
      fmt::format("training.members_per_gpu: auto; the first one took {} of {} that were free{}",
                  in_words(memory.first_member), in_words(memory.free), shared)};
}

std::vector<int> ranks_on_each(const std::vector<std::string>& gpus) {
  std::vector<int> ranks;
  for (const std::string& gpu : gpus) {
    const auto same = std::count(gpus.begin(), gpus.end(), gpu);
    ranks.push_back(gpu.empty() ? 1 : static_cast<int>(same));
  }
  return ranks;
}

int agreed_lanes(const comm::Communicator& world, const config::Config& config,
                 const std::vector<comm::DeviceAssignment>& devices, const MemberTrainer& trainer,
                 const std::vector<Kind>& kinds, Console& console) {
  const bool has_gpus = std::any_of(devices.begin(), devices.end(),
                                    [](const auto& place) { return place.device != kCpu; });
  if (!has_gpus) return 1;
  const auto rank = static_cast<std::size_t>(world.rank().value());
  const comm::DeviceAssignment& place = devices.at(rank);
  std::string gpu;
  comm::together(world, [&] {
    const std::string identity = train::gpu_identity(place.device);
    if (!identity.empty()) gpu = place.host + " " + identity;
  });
  const int sharing = ranks_on_each(world.all_gather(gpu)).at(rank);
  LaneChoice choice;
  comm::together(world, [&] {
    train::LaneMemory memory;
    const bool is_asked = !config.training.members_per_gpu && !reads_blocks(config);
    if (is_asked && place.device != kCpu) memory = trainer.ready_lane(kinds);
    memory.ranks = sharing;
    choice = choose_lanes(config, place.device, memory);
  });
  int lanes = choice.lanes;
  for (const std::string& text : world.all_gather(std::to_string(choice.lanes))) {
    lanes = std::min(lanes, std::stoi(text));
  }
  std::set<std::string> reasons;
  for (const std::string& reason : world.all_gather(choice.reason)) {
    if (!reason.empty()) reasons.insert(reason);
  }
  console.event(fmt::format("{} member{} at a time on each GPU ({}{})", lanes,
                            lanes == 1 ? "" : "s", *reasons.begin(),
                            reasons.size() > 1 ? "; other ranks found other room" : ""));
  return lanes;
}

}  // namespace clvae::run
