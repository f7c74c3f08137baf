#include "reduce/merged_classes.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"

namespace clvae::reduce {
namespace {

using testing::ElementsAre;

const std::vector<std::vector<double>> kValues{{-1, -2, -500, -3}, {-4, -1, -501, -2}};

TEST(MergedClassScores, merge_each_class_on_its_own) {
  const ScoreTraits logs{2, true, true};

  const auto mean = merged_class_scores(logs, Merge::mean, kValues);
  const auto geometric = merged_class_scores(logs, Merge::geometric, kValues);
  const auto largest = merged_class_scores(logs, Merge::max, kValues);
  const auto smallest = merged_class_scores(logs, Merge::min, kValues);

  ASSERT_EQ(mean.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    const double a = kValues[0][i];
    const double b = kValues[1][i];
    const double best = std::max(a, b);
    const double expected = best + std::log((std::exp(a - best) + std::exp(b - best)) / 2);
    EXPECT_NEAR(mean[i], expected, 1e-6 * std::abs(expected)) << i;
    EXPECT_FLOAT_EQ(geometric[i], static_cast<float>((a + b) / 2)) << i;
    EXPECT_EQ(largest[i], best) << i;
    EXPECT_EQ(smallest[i], std::min(a, b)) << i;
  }
}

TEST(MergedClassScores, merge_no_classes_when_members_are_to_be_taken_first) {
  EXPECT_THROW(merged_class_scores({2, true, true}, Merge::max_first, kValues), UsageError);
}

TEST(ClassShares, add_up_to_one_however_far_the_sample_is) {
  const std::vector<float> merged{-1000, -1001, std::log(3.0F), 0};

  const auto shares = class_shares({2, true, true}, merged);

  EXPECT_NEAR(shares[0], 1 / (1 + std::exp(-1.0)), 1e-12);
  EXPECT_NEAR(shares[0] + shares[1], 1, 1e-12);
  EXPECT_NEAR(shares[2], 0.75, 1e-7);
}

TEST(ClassShares, halve_squared_distances) {
  const std::vector<float> merged{-2, -4};

  EXPECT_NEAR(class_shares({2, false, true}, merged)[0], 1 / (1 + std::exp(-1.0)), 1e-12);
}

TEST(NearestClasses, are_the_first_of_the_largest) {
  EXPECT_THAT(nearest_classes(std::vector<float>{1, 3, 3, 5, 4, 5}, 3), ElementsAre(1, 0));
  EXPECT_THAT(nearest_classes(std::vector<double>{-1, -2, -2, -1}, 2), ElementsAre(0, 1));
}

TEST(InlierAccuracy, is_the_share_of_inliers_whose_own_class_says_most) {
  const std::vector<double> values = {3, 1, 0, 2, 5, 4, 1, 7, 9, 8};

  EXPECT_EQ(inlier_accuracy(values, std::vector<std::int32_t>{0, 1, 1, 1, -1}, 2), 0.75);
}

}  // namespace
}  // namespace clvae::reduce
