#include "train/block_order.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/random.hpp"

namespace clvae::train {
namespace {

using testing::ElementsAre;

constexpr std::int64_t kSamples = 1003;  // the last block has 3
constexpr std::int64_t kPerBlock = 10;
constexpr std::int64_t kPerGroup = 7;

BlockOrder order_of(std::uint64_t seed) {
  return block_order(Seed{seed}, kSamples, kPerBlock, kPerGroup);
}

TEST(BlockOrder, takes_every_sample_once) {
  std::vector<std::int64_t> samples = order_of(1).samples;
  std::vector<std::int64_t> all(kSamples);
  std::iota(all.begin(), all.end(), 0);

  std::sort(samples.begin(), samples.end());

  EXPECT_EQ(samples, all);
}

TEST(BlockOrder, has_the_samples_of_few_blocks_in_each_group_one_group_behind_the_other) {
  const BlockOrder order = order_of(1);

  ASSERT_EQ(order.groups.size(), 15U);  // 101 blocks
  std::int64_t place = 0;
  std::set<std::int64_t> seen;
  for (const BlockGroup& group : order.groups) {
    EXPECT_LE(group.blocks.size(), static_cast<std::size_t>(kPerGroup));
    EXPECT_TRUE(std::is_sorted(group.blocks.begin(), group.blocks.end()));
    for (const std::int64_t block : group.blocks) EXPECT_TRUE(seen.insert(block).second);
    EXPECT_EQ(group.begin, place);
    for (; place < group.end; ++place) {
      const std::int64_t block = order.samples[static_cast<std::size_t>(place)] / kPerBlock;
      EXPECT_TRUE(std::binary_search(group.blocks.begin(), group.blocks.end(), block));
    }
  }
  EXPECT_EQ(place, kSamples);
}

TEST(BlockOrder, shuffles_blocks_and_what_is_in_a_group) {
  const BlockOrder order = order_of(1);

  std::vector<std::int64_t> blocks;
  for (const BlockGroup& group : order.groups) {
    blocks.insert(blocks.end(), group.blocks.begin(), group.blocks.end());
  }
  EXPECT_FALSE(std::is_sorted(blocks.begin(), blocks.end()));
  // Neighbours in the order are of the same block no more often than by chance.
  int together = 0;
  for (std::size_t i = 1; i < order.samples.size(); ++i) {
    together += order.samples[i] / kPerBlock == order.samples[i - 1] / kPerBlock ? 1 : 0;
  }
  EXPECT_LT(together, 200);  // 130 of 1,002 are expected with a standard deviation of 11
}

TEST(BlockOrder, depends_on_the_seed_alone) {
  EXPECT_EQ(order_of(1).samples, order_of(1).samples);
  EXPECT_NE(order_of(1).samples, order_of(2).samples);
}

TEST(BlockOrder, is_that_of_samples_in_memory_when_one_group_holds_all) {
  RandomStream stream(Seed{5});

  const BlockOrder order = block_order(Seed{5}, kSamples, kPerBlock, 101);

  EXPECT_EQ(order.samples, stream.permutation<std::int64_t>(kSamples));
  EXPECT_EQ(order.groups.size(), 1U);
}

TEST(BlockOrder, is_empty_when_there_are_no_samples) {
  EXPECT_TRUE(block_order(Seed{1}, 0, kPerBlock, kPerGroup).samples.empty());
  EXPECT_THAT(block_order(Seed{1}, 1, kPerBlock, kPerGroup).samples, ElementsAre(0));
}

}  // namespace
}  // namespace clvae::train
