#include "reduce/kernels.hpp"

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

}  // namespace
}  // namespace clvae::reduce
