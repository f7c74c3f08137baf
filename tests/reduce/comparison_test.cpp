#include "reduce/comparison.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "reduce/golden.hpp"
#include "reduce/walks.hpp"

namespace clvae::reduce {
namespace {

Walk golden_walk(const nlohmann::json& known, const char* orders, const char* aucs,
                 std::size_t placements) {
  Walk walk = walk_of(known[orders], known[aucs]);
  walk.placements = known["placements"][placements].get<std::vector<std::vector<float>>>();
  walk.inliers = known["inliers"];
  return walk;
}

void expect_points(const std::vector<ComparisonPoint>& points, const nlohmann::json& known) {
  ASSERT_EQ(points.size(), known["difference"].size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    EXPECT_EQ(points[i].size, i + 1);
    EXPECT_NEAR(points[i].difference, known["difference"][i].get<double>(), 1e-12);
    EXPECT_NEAR(points[i].lower, known["both"][0][i].get<double>(), 1e-7);
    EXPECT_NEAR(points[i].upper, known["both"][1][i].get<double>(), 1e-7);
    EXPECT_NEAR(points[i].one_sided_lower, known["one_sided"][i].get<double>(), 1e-7);
  }
}

TEST(Compare, equals_numpy_and_mpmath_for_the_same_members_and_for_others) {
  for (const auto& known : golden("curve.json")) {
    const Walk walk = golden_walk(known, "orders", "aucs", 0);
    expect_points(compare(walk, golden_walk(known, "orders", "rival", 1), Pairing::same_members,
                          known["confidence"]),
                  known["paired"]);
    expect_points(compare(walk, golden_walk(known, "other_orders", "other", 2),
                          Pairing::other_members, known["confidence"]),
                  known["apart"]);
  }
}

TEST(Compare, sees_a_small_gain_when_the_same_members_share_their_luck) {
  const std::vector<double> luck = {0.80, 0.90, 0.85, 0.88, 0.79, 0.93};
  std::vector<double> better = luck;
  for (double& quality : better) quality += 0.01;
  const auto orders = draw_orders(6, 30, Seed{1});
  const Walk first = walk_of_qualities(better, orders);
  const Walk second = walk_of_qualities(luck, orders);

  const auto paired = compare(first, second, Pairing::same_members, 0.95);
  const auto apart = compare(first, second, Pairing::other_members, 0.95);

  EXPECT_EQ(overtaking_size(paired), 1U);
  EXPECT_EQ(overtaking_size(apart), std::nullopt);
  EXPECT_NEAR(paired[3].difference, 0.01, 1e-12);
  EXPECT_NEAR(apart[3].difference, 0.01, 1e-12);
}

TEST(Compare, holds_a_flat_line_against_every_size_when_one_method_is_deterministic) {
  const Walk ensemble = walk_of_qualities({0.80, 0.90, 0.85, 0.88}, draw_orders(4, 8, Seed{1}));
  Walk flat = walk_of({{0}}, {{0.7}});
  flat.is_deterministic = true;

  const auto points = compare(ensemble, flat, Pairing::other_members, 0.95);
  const auto reversed = compare(flat, ensemble, Pairing::other_members, 0.95);

  ASSERT_EQ(points.size(), 4U);
  ASSERT_EQ(reversed.size(), 4U);
  for (std::size_t k = 0; k < 4; ++k) {
    EXPECT_NEAR(points[k].difference, 0.8575 - 0.7, 1e-12);
    EXPECT_NEAR(reversed[k].difference, -points[k].difference, 1e-12);
    EXPECT_NEAR(reversed[k].lower, -points[k].upper, 1e-12);
    EXPECT_LT(reversed[k].one_sided_lower, 0);
  }
  EXPECT_EQ(compare(flat, flat, Pairing::other_members, 0.95).size(), 1U);
}

TEST(Compare, has_no_bounds_when_one_member_hides_its_spread) {
  const Walk ensemble = walk_of_qualities({0.8, 0.9}, draw_orders(2, 2, Seed{1}));
  const auto points = compare(ensemble, walk_of({{0}}, {{0.7}}), Pairing::other_members, 0.95);

  ASSERT_EQ(points.size(), 1U);
  EXPECT_NEAR(points[0].difference, 0.15, 1e-12);
  EXPECT_TRUE(std::isnan(points[0].lower));
  EXPECT_EQ(overtaking_size(points), std::nullopt);
}

TEST(Compare, is_refused_when_samples_or_orders_are_not_the_same) {
  const Walk walk = walk_of_qualities({0.8, 0.9}, {{0, 1}, {1, 0}});
  Walk other_samples = walk;
  other_samples.inliers = 3;
  const Walk other_order = walk_of_qualities({0.8, 0.9}, {{1, 0}, {0, 1}});

  EXPECT_THROW(compare(walk, other_samples, Pairing::other_members, 0.95), UsageError);
  EXPECT_THROW(compare(walk, other_order, Pairing::same_members, 0.95), UsageError);
  EXPECT_THROW(compare(walk, walk, Pairing::same_members, 1.5), UsageError);
}

TEST(OvertakingSize, is_the_first_from_which_on_all_bounds_are_above_zero) {
  const auto with = [](const std::vector<double>& bounds) {
    std::vector<ComparisonPoint> points;
    for (const double bound : bounds) {
      ComparisonPoint point;
      point.size = points.size() + 1;
      point.one_sided_lower = bound;
      points.push_back(point);
    }
    return overtaking_size(points);
  };

  EXPECT_EQ(with({-0.1, 0.1, -0.1, 0.1, 0.2}), 4U);
  EXPECT_EQ(with({0.1, 0.1, 0.0}), std::nullopt);
  EXPECT_EQ(with({0.1, 0.2}), 1U);
  EXPECT_EQ(with({0.1, std::nan(""), 0.2}), 3U);
  EXPECT_EQ(with({}), std::nullopt);
}

}  // namespace
}  // namespace clvae::reduce
