#include "reduce/kernels.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "core/random.hpp"

namespace clvae::reduce {
namespace {

constexpr std::size_t kMembers = 7;
constexpr std::size_t kColumns = 9;
constexpr std::size_t kTile = kMembers * kColumns * kLanes;

/// One tile of random values and everything that the kernels need to walk it.
struct Tile {
  alignas(64) std::array<float, kTile> values{};
  alignas(64) std::array<std::int32_t, kMembers * kLanes> exponents{};
  alignas(64) std::array<float, kColumns * kLanes> merged{};
  std::array<float, kMembers> log_sizes{};
  std::array<std::size_t, kMembers> order{3, 1, 0, 6, 5, 2, 4};

  Tile() {
    RandomStream stream(Seed{6});
    for (float& value : values) value = static_cast<float>(1 + stream.uniform());
    for (auto& exponent : exponents) {
      exponent = static_cast<std::int32_t>(stream.below(300)) - 280;
    }
    for (std::size_t k = 0; k < kMembers; ++k) {
      log_sizes[k] = static_cast<float>(std::log(static_cast<double>(k + 1)));
    }
  }

  std::vector<float> walked(void (*walk)(const TileWalk&)) {
    std::vector<float> anomalies(kMembers * kLanes);
    TileWalk tile;
    tile.values = values.data();
    tile.exponents = exponents.data();
    tile.order = order.data();
    tile.log_sizes = log_sizes.data();
    tile.members = kMembers;
    tile.columns = kColumns;
    tile.merged = merged.data();
    tile.anomalies = anomalies.data();
    tile.stride = kLanes;
    walk(tile);
    return anomalies;
  }
};

TEST(Kernels, give_the_same_bits_in_the_build_for_this_processor_and_in_that_for_any) {
  const Kernels plain = baseline::build();
  const Kernels& chosen = kernels();
  Tile tile;

  EXPECT_EQ(tile.walked(plain.walk_exponentials), tile.walked(chosen.walk_exponentials));
  EXPECT_EQ(tile.walked(plain.rank_exponentials), tile.walked(chosen.rank_exponentials));
  EXPECT_EQ(tile.walked(plain.walk_maxima), tile.walked(chosen.walk_maxima));
  EXPECT_EQ(tile.walked(plain.walk_minima), tile.walked(chosen.walk_minima));
}

/// Scores of sets from the tile's first rows, taken for those of a block's sets.
std::vector<float> walked_jointly(const Tile& tile, void (*walk_joint)(const JointWalk&)) {
  const std::array<std::size_t, 4> joined{1, 3, 4, 6};
  const std::array<std::size_t, 4> before{0, 1, 0, 4};
  const std::array<std::size_t, 3> sizes{1, 3, 4};
  std::vector<float> anomalies(sizes.size() * kLanes);
  std::vector<double> sums(kColumns * kLanes);
  JointWalk walk;
  walk.values = tile.values.data();
  walk.joined = joined.data();
  walk.before = before.data();
  walk.sizes = sizes.data();
  walk.size_count = sizes.size();
  walk.members = joined.size();
  walk.columns = kColumns;
  walk.sums = sums.data();
  walk.anomalies = anomalies.data();
  walk.stride = kLanes;
  walk_joint(walk);
  return anomalies;
}

TEST(JointKernels, give_the_same_bits_in_every_build_and_what_they_say) {
  const Kernels plain = baseline::build();
  const Kernels& chosen = kernels();
  const Tile tile;
  constexpr std::size_t kCount = 3 * kLanes;
  const std::vector<double> before(kCount, 0.5);
  std::vector<double> after(kCount);
  std::vector<double> others(kCount);
  const PointAmong among{tile.values.data() + kTile - 3, tile.values.data(), 3, kCount};

  plain.add_distances(among, before.data(), after.data());
  chosen.add_distances(among, before.data(), others.data());

  EXPECT_EQ(walked_jointly(tile, plain.walk_joint), walked_jointly(tile, chosen.walk_joint));
  EXPECT_EQ(after, others);
  double squared = 0.5;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    squared += std::pow(static_cast<double>(tile.values[axis * kCount + 7]) -
                            static_cast<double>(among.point[axis]),
                        2);
  }
  EXPECT_NEAR(after[7], squared, 1e-8);
  std::vector<double> sorted;
  for (std::size_t i = 0; i < kCount; ++i) sorted.push_back(before[i] + (after[i] - others[0]));
  std::sort(sorted.begin(), sorted.end());
  const std::vector<double> first(kCount, others[0]);
  for (std::size_t rank = 1; rank <= kLargestRank; ++rank) {
    const SumOf sum{before.data(), after.data(), first.data(), kCount};
    EXPECT_EQ(plain.ranked_sum(sum, rank), static_cast<float>(sorted[rank - 1])) << rank;
    EXPECT_EQ(chosen.ranked_sum(sum, rank), static_cast<float>(sorted[rank - 1])) << rank;
  }
}

}  // namespace
}  // namespace clvae::reduce
