#include "comm/device_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"

namespace clvae::comm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<std::string> devices(DeviceChoice choice, const std::vector<RankPlace>& places) {
  std::vector<std::string> names;
  for (const DeviceAssignment& assignment : assign_devices(choice, places)) {
    names.push_back(assignment.device);
  }
  return names;
}

TEST(AssignDevices, gives_each_rank_a_gpu_of_its_own_when_there_are_enough) {
  EXPECT_THAT(devices(DeviceChoice::automatic,
                      {{"node1", 0, 2}, {"node1", 1, 2}, {"node2", 0, 2}, {"node2", 1, 2}}),
              ElementsAre("cuda:0", "cuda:1", "cuda:0", "cuda:1"));
}

TEST(AssignDevices, lets_ranks_share_a_gpu_when_there_are_more_ranks) {
  EXPECT_THAT(devices(DeviceChoice::cuda,
                      {{"node1", 0, 2}, {"node1", 1, 2}, {"node1", 2, 2}, {"node1", 3, 2}}),
              ElementsAre("cuda:0", "cuda:1", "cuda:0", "cuda:1"));
}

TEST(AssignDevices, obeys_the_launcher_when_it_shows_each_rank_one_gpu) {
  EXPECT_THAT(devices(DeviceChoice::automatic, {{"node1", 0, 1}, {"node1", 1, 1}}),
              ElementsAre("cuda:0", "cuda:0"));
}

TEST(AssignDevices, takes_the_cpu_when_told_so_or_when_there_is_no_gpu) {
  EXPECT_THAT(devices(DeviceChoice::cpu, {{"node1", 0, 4}}), ElementsAre("cpu"));
  EXPECT_THAT(devices(DeviceChoice::automatic, {{"node1", 0, 1}, {"node2", 0, 0}}),
              ElementsAre("cuda:0", "cpu"));
}

TEST(AssignDevices, refuses_when_a_gpu_is_asked_for_and_a_host_has_none) {
  EXPECT_THAT(
      [] {
        assign_devices(DeviceChoice::cuda, {{"node1", 0, 1}, {"node2", 0, 0}});
      },
      ThrowsMessage<UsageError>(HasSubstr("rank 1 on node2 sees no CUDA device")));
}

TEST(Describe, has_one_line_a_host) {
  const auto assignments =
      assign_devices(DeviceChoice::automatic,
                     {{"node1", 0, 2}, {"node1", 1, 2}, {"node2", 0, 0}, {"node2", 1, 0}});

  EXPECT_THAT(describe(assignments),
              ElementsAre("node1: ranks 0, 1 on cuda:0, cuda:1", "node2: ranks 2, 3 on cpu"));
}

TEST(DeviceChoiceNamed, knows_the_words_of_the_config) {
  EXPECT_EQ(device_choice_named("auto"), DeviceChoice::automatic);
  EXPECT_EQ(device_choice_named("cpu"), DeviceChoice::cpu);
  EXPECT_EQ(device_choice_named("cuda"), DeviceChoice::cuda);
  EXPECT_EQ(device_choice_named("gpu"), std::nullopt);
}

}  // namespace
}  // namespace clvae::comm
