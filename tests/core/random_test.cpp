#include "core/random.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <gtest/gtest.h>

namespace clvae {
namespace {

TEST(RandomStream, gives_the_reference_numbers_when_seeded_with_42) {
  // From the authors' C sources splitmix64.c and xoshiro256starstar.c (prng.di.unimi.it): the
  // state is four SplitMix64 outputs from 42. Made with tests/golden/random_streams.py.
  RandomStream stream(Seed(42));
  EXPECT_EQ(stream(), 1546998764402558742ULL);
  EXPECT_EQ(stream(), 6990951692964543102ULL);
  EXPECT_EQ(stream(), 12544586762248559009ULL);
}

TEST(RandomStream, draws_every_permutation_equally_often_when_shuffling) {
  RandomStream stream(Seed(7));
  std::array<int, 6> counts{};
  constexpr int kDraws = 60000;
  for (int draw = 0; draw < kDraws; ++draw) {
    const auto order = stream.permutation<int>(3);
    counts.at(static_cast<std::size_t>(order[0] * 2 + (order[1] > order[2] ? 1 : 0)))++;
  }
  // Chi-squared with 5 degrees of freedom: 20.5 is passed once in a thousand seeds.
  double chi_squared = 0;
  for (const int count : counts) chi_squared += (count - 10000.0) * (count - 10000.0) / 10000.0;
  EXPECT_LT(chi_squared, 20.5);
}

TEST(RandomStream, keeps_to_its_bounds_when_drawing_below) {
  RandomStream stream(Seed(3));
  std::set<std::uint64_t> seen;
  for (int draw = 0; draw < 1000; ++draw) seen.insert(stream.below(5));
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4}));
}

TEST(RandomStream, has_unit_variance_when_drawing_normals) {
  RandomStream stream(Seed(11));
  double sum = 0;
  double squares = 0;
  constexpr int kDraws = 200000;
  for (int draw = 0; draw < kDraws; ++draw) {
    const double value = stream.normal();
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / kDraws, 0.0, 0.01);
  EXPECT_NEAR(squares / kDraws, 1.0, 0.015);
}

TEST(DeriveSeed, differs_when_purpose_or_index_differs) {
  const Seed base(1);
  std::set<std::uint64_t> seeds;
  for (const char* purpose : {"weights", "noise"}) {
    for (std::uint64_t index = 0; index < 100; ++index) {
      seeds.insert(derive_seed(base, purpose, {index}).value());
    }
  }
  EXPECT_EQ(seeds.size(), 200U);
  EXPECT_EQ(derive_seed(base, "weights", {3}), derive_seed(base, "weights", {3}));
  EXPECT_NE(derive_seed(Seed(2), "weights", {3}), derive_seed(base, "weights", {3}));
}

}  // namespace
}  // namespace clvae
