// How many members a rank trains at a time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/lanes.hpp"

namespace clvae::run {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kGibibyte = std::size_t{1} << 30U;
constexpr train::LaneMemory kRoomy{41 * kGibibyte, 2, 4 * kGibibyte};

config::Config config_with(const std::string& line) {
  return config::parse("dataset: {path: none, outlier_classes: [3], format: hdf5}\n" + line,
                       "c.yaml");
}

TEST(LaneChoice, is_one_when_a_rank_trains_on_its_processor) {
  const LaneChoice choice =
      choose_lanes(config_with("training: {members_per_gpu: 8}\n"), "cpu", kRoomy);

  EXPECT_EQ(choice.lanes, 1);
  EXPECT_EQ(choice.reason, "");
}

TEST(LaneChoice, divides_the_memory_and_says_so_when_it_is_auto) {
  const LaneChoice choice = choose_lanes(config_with(""), "cuda:0", kRoomy);

  EXPECT_EQ(choice.lanes, 5);
  EXPECT_THAT(choice.reason, HasSubstr("auto; the first one took 4"));
  EXPECT_THAT(choice.reason, HasSubstr("2 ranks share"));
}

TEST(LaneChoice, is_the_number_of_the_config_when_it_has_one) {
  const LaneChoice choice =
      choose_lanes(config_with("training: {members_per_gpu: 24}\n"), "cuda:1", {});

  EXPECT_EQ(choice.lanes, 24);
}

TEST(LaneChoice, is_one_and_says_so_when_samples_are_read_block_by_block) {
  config::Config config = config_with("training: {members_per_gpu: 24}\n");
  config.dataset.memory = "blocks";

  const LaneChoice choice = choose_lanes(config, "cuda:0", kRoomy);

  EXPECT_EQ(choice.lanes, 1);
  EXPECT_THAT(choice.reason, HasSubstr("dataset.memory: blocks"));
}

TEST(RanksOnEach, count_those_that_share_a_gpu_and_let_processors_be) {
  EXPECT_THAT(ranks_on_each({"a 0", "a 1", "b 0", "a 0", "", "", "a 0"}),
              ElementsAre(3, 1, 1, 3, 1, 1, 3));
}

}  // namespace
}  // namespace clvae::run
