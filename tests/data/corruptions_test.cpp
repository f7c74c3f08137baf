#include "data/corruptions.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>

#include "data/golden.hpp"

namespace clvae::data {
namespace {

using testing::Each;

const Corruption& corruption_named(const std::string& name) {
  return *std::find_if(corruptions().begin(), corruptions().end(),
                       [&](const Corruption& one) { return one.name == name; });
}

std::vector<float> grey(std::size_t values) { return std::vector<float>(values, 0.5F); }

TEST(Corruptions, blur_and_flatten_as_scipy_and_numpy_do_at_every_severity) {
  const nlohmann::json made = golden("corruptions.json");
  const auto bytes = made.at("bytes").get<std::vector<float>>();
  std::vector<float> image;
  for (const float byte : bytes) image.push_back(byte / 255);
  const ImageShape shape{made.at("shape")[0], made.at("shape")[1], made.at("shape")[2]};
  for (const auto& each : made.at("cases")) {
    const auto expected = each.at("expected").get<std::vector<float>>();

    const std::vector<float> found =
        corrupted(corruption_named(each.at("name")), each.at("severity"), image, shape, Seed{1});

    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_NEAR(found[i], expected[i], 1e-6) << each.at("name") << ' ' << each.at("severity");
    }
  }
}

TEST(Corruptions, add_noise_of_the_deviation_that_the_severity_has) {
  const std::vector<float> noisy =
      corrupted(corruption_named("gaussian_noise"), 3, grey(40000), {1, 200, 200}, Seed{2});

  double sum = 0;
  double squares = 0;
  for (const float value : noisy) {
    sum += value - 0.5;
    squares += (value - 0.5) * (value - 0.5);
  }
  EXPECT_NEAR(sum / 40000, 0, 0.002);  // five standard errors
  EXPECT_NEAR(std::sqrt(squares / 40000), 0.08, 0.0015);
}

TEST(Corruptions, make_a_share_of_the_values_black_or_white_by_impulse_noise) {
  const std::vector<float> noisy =
      corrupted(corruption_named("impulse_noise"), 5, grey(40000), {1, 200, 200}, Seed{2});

  EXPECT_NEAR(static_cast<double>(std::count(noisy.begin(), noisy.end(), 0.0F)), 0.035 * 40000,
              190);
  EXPECT_NEAR(static_cast<double>(std::count(noisy.begin(), noisy.end(), 1.0F)), 0.035 * 40000,
              190);
  EXPECT_EQ(std::count(noisy.begin(), noisy.end(), 0.5F) +
                std::count(noisy.begin(), noisy.end(), 0.0F) +
                std::count(noisy.begin(), noisy.end(), 1.0F),
            40000);
}

TEST(Corruptions, move_an_image_by_the_same_distance_and_let_black_in_when_it_is_shifted) {
  const std::vector<float> white(2 * 25 * 25, 1.0F);

  const std::vector<float> moved =
      corrupted(corruption_named("shift"), 2, white, {2, 25, 25}, Seed{3});

  // 0.08 of 25 pixels are 2: whole rows, whole columns, or both, of each channel.
  const auto black = std::count(moved.begin(), moved.end(), 0.0F);
  EXPECT_TRUE(black == 2 * 50 || black == 2 * 96) << black;
}

TEST(Corruptions, are_the_same_every_time_and_differ_between_images_and_seeds) {
  const Corruption& noise = corruption_named("gaussian_noise");

  const std::vector<float> two = corrupted(noise, 1, grey(2 * 9), {1, 3, 3}, Seed{1});

  EXPECT_EQ(two, corrupted(noise, 1, grey(2 * 9), {1, 3, 3}, Seed{1}));
  EXPECT_NE(two, corrupted(noise, 1, grey(2 * 9), {1, 3, 3}, Seed{2}));
  EXPECT_FALSE(std::equal(two.begin(), two.begin() + 9, two.begin() + 9));
}

TEST(Corruptions, leave_intensities_between_black_and_white) {
  for (const Corruption& corruption : corruptions()) {
    const std::vector<float> made =
        corrupted(corruption, 5, {0, 1, 0.02F, 0.98F, 0.5F, 1, 0, 0, 1}, {1, 3, 3}, Seed{1});
    EXPECT_THAT(made, Each(testing::AllOf(testing::Ge(0.0F), testing::Le(1.0F))))
        << corruption.name;
  }
}

}  // namespace
}  // namespace clvae::data
