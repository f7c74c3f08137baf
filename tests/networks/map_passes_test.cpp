#include "networks/map_passes.hpp"

#include <cstring>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "core/random.hpp"

namespace clvae::networks {
namespace {

/// Channels that fill no vector, some, and all of several.
class MapPassesTest : public testing::TestWithParam<std::int64_t> {
 protected:
  MapPassesTest() {
    RandomStream stream(Seed{4});
    for (auto* values : {&map_, &activations_, &offsets_}) {
      const auto count =
          static_cast<std::size_t>(values == &offsets_ ? channels_ : kPositions * channels_);
      for (std::size_t i = 0; i < count; ++i) {
        values->push_back(static_cast<float>(stream.normal()));
      }
    }
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    map_[0] = kInfinity;
    map_[1] = -kInfinity;
    map_[2] = 1e-40F;
    activations_[3] = 0;
    activations_[4] = -0.0F;
  }

  MapSize size() const { return {kPositions, channels_}; }

  static constexpr std::int64_t kPositions = 11;
  std::int64_t channels_ = GetParam();
  std::vector<float> map_;
  std::vector<float> activations_;
  std::vector<float> offsets_;
};

std::vector<Bfloat16Bits> narrowed(const std::vector<float>& values) {
  std::vector<Bfloat16Bits> bits;
  for (const float value : values) bits.push_back(at::BFloat16(value).x);
  return bits;
}

std::vector<float> widened(const std::vector<Bfloat16Bits>& bits) {
  std::vector<float> values;
  for (const Bfloat16Bits value : bits) {
    values.push_back(at::BFloat16(value, at::BFloat16::from_bits()));
  }
  return values;
}

TEST_P(MapPassesTest, add_the_offset_and_cut_in_each_type_when_compared_with_plain_loops) {
  const auto expected = [&](const std::vector<float>& map) {
    std::vector<float> sums;
    for (std::size_t i = 0; i < map.size(); ++i) {
      const float sum = map[i] + offsets_[i % static_cast<std::size_t>(channels_)];
      sums.push_back(sum > 0 ? sum : 0);
    }
    return sums;
  };
  for (const MapPasses& passes : {baseline::build(), map_passes()}) {
    std::vector<float> map = map_;
    passes.add_and_cut(map.data(), offsets_.data(), map.data(), size());
    EXPECT_EQ(map, expected(map_));

    std::vector<Bfloat16Bits> narrow(map_.size());
    passes.add_cut_and_narrow(map_.data(), offsets_.data(), narrow.data(), size());
    EXPECT_EQ(narrow, narrowed(expected(map_)));

    narrow = narrowed(map_);
    passes.add_and_cut_narrow(narrow.data(), offsets_.data(), narrow.data(), size());
    EXPECT_EQ(narrow, narrowed(expected(widened(narrowed(map_)))));
  }
}

TEST_P(MapPassesTest, mask_the_gradient_and_add_it_up_in_each_type_when_compared_with_plain_loops) {
  const auto expected = [&](const std::vector<float>& gradient, std::vector<float>& sums) {
    std::vector<float> kept;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      kept.push_back(activations_[i] > 0 ? gradient[i] : 0);
      sums[i % static_cast<std::size_t>(channels_)] += kept.back();
    }
    return kept;
  };
  const std::vector<Bfloat16Bits> narrow_activations = narrowed(activations_);
  const std::vector<Bfloat16Bits> narrow_gradient = narrowed(map_);
  std::vector<float> expected_sums = offsets_;
  const std::vector<float> expected_map = expected(map_, expected_sums);
  std::vector<float> expected_narrow_sums = offsets_;
  const std::vector<float> expected_narrow =
      expected(widened(narrow_gradient), expected_narrow_sums);
  // All sums are of finite numbers but those of the first two channels.
  const auto same = [](const std::vector<float>& a, const std::vector<float>& b) {
    return std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
  };
  for (const MapPasses& passes : {baseline::build(), map_passes()}) {
    std::vector<float> map = map_;
    std::vector<float> sums = offsets_;
    passes.pass_and_sum(map.data(), activations_.data(), map.data(), sums.data(), size());
    EXPECT_EQ(map, expected_map);
    EXPECT_TRUE(same(sums, expected_sums));

    sums = offsets_;
    passes.pass_widen_and_sum(narrow_gradient.data(), narrow_activations.data(), map.data(),
                              sums.data(), size());
    EXPECT_EQ(map, expected_narrow);
    EXPECT_TRUE(same(sums, expected_narrow_sums));

    sums = offsets_;
    std::vector<Bfloat16Bits> narrow = narrow_gradient;
    passes.pass_and_sum_narrow(narrow.data(), narrow_activations.data(), narrow.data(), sums.data(),
                               size());
    EXPECT_EQ(widened(narrow), expected_narrow);
    EXPECT_TRUE(same(sums, expected_narrow_sums));
  }
}

TEST_P(MapPassesTest, keep_what_is_not_a_number_when_cutting) {
  map_[5] = std::numeric_limits<float>::quiet_NaN();
  for (const MapPasses& passes : {baseline::build(), map_passes()}) {
    std::vector<float> map = map_;
    std::vector<Bfloat16Bits> narrow(map_.size());

    passes.add_and_cut(map.data(), offsets_.data(), map.data(), size());
    passes.add_cut_and_narrow(map_.data(), offsets_.data(), narrow.data(), size());

    EXPECT_NE(map[5], map[5]);
    EXPECT_NE(widened(narrow)[5], widened(narrow)[5]);
  }
}

INSTANTIATE_TEST_SUITE_P(channels, MapPassesTest, testing::Values(1, 3, 16, 17, 32, 64, 119, 256));

}  // namespace
}  // namespace clvae::networks
