#include "reduce/curve.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "reduce/golden.hpp"
#include "reduce/walks.hpp"

namespace clvae::reduce {
namespace {

void expect_interval(const Interval& interval, const nlohmann::json& bounds, std::size_t i) {
  EXPECT_NEAR(interval.lower, bounds[0][i].get<double>(), 1e-7) << i;
  EXPECT_NEAR(interval.upper, bounds[1][i].get<double>(), 1e-7) << i;
}

TEST(Curve, equals_numpy_and_mpmath) {
  const auto cases = golden("curve.json");
  ASSERT_EQ(cases.size(), 4U);
  for (const auto& known : cases) {
    Walk walk = walk_of(known["orders"], known["aucs"]);
    walk.placements = known["placements"][0].get<std::vector<std::vector<float>>>();
    walk.inliers = known["inliers"];
    const auto points = curve(walk, known["confidence"]);
    ASSERT_EQ(points.size(), known["mean"].size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      EXPECT_EQ(points[i].size, i + 1);
      EXPECT_EQ(points[i].draws, walk.orders.size());
      EXPECT_NEAR(points[i].mean, known["mean"][i].get<double>(), 1e-12);
      expect_interval(points[i].curve, known["curve"], i);
      expect_interval(points[i].total, known["total"], i);
      if (i + 1 < points.size()) expect_interval(points[i].ensemble, known["ensemble"], i);
    }
    EXPECT_TRUE(std::isnan(points.back().ensemble.lower));
    EXPECT_TRUE(std::isnan(points.back().ensemble.upper));
  }
}

TEST(Curve, has_no_interval_when_there_is_one_member) {
  const auto points = curve(walk_of({{0}}, {{0.9}}), 0.95);

  ASSERT_EQ(points.size(), 1U);
  EXPECT_EQ(points[0].mean, 0.9);
  for (const Interval& interval : {points[0].curve, points[0].ensemble, points[0].total}) {
    EXPECT_TRUE(std::isnan(interval.lower));
    EXPECT_TRUE(std::isnan(interval.upper));
  }
}

TEST(Curve, has_the_interval_of_other_test_sets_alone_when_its_member_is_deterministic) {
  Walk walk = walk_of({{0}}, {{0.5}});
  walk.is_deterministic = true;
  walk.placements = {{0.25F, 0.75F, 0.25F, 0.75F}};
  const auto points = curve(walk, 0.95);

  // Each group's placements have variance 1/8, the mean of two of them 1/16.
  const double half_width = 1.959963984540054 * std::sqrt(0.125);
  EXPECT_NEAR(points[0].total.lower, 0.5 - std::min(0.5, half_width), 1e-12);
  EXPECT_TRUE(std::isnan(points[0].curve.lower));
  EXPECT_TRUE(std::isnan(points[0].ensemble.lower));
  walk.placements = {{0.45F, 0.55F, 0.45F, 0.55F}};
  EXPECT_NEAR(curve(walk, 0.95)[0].total.upper, 0.5 + 1.959963984540054 * std::sqrt(0.005), 1e-6);
}

TEST(Curve, stays_within_what_an_auc_can_be) {
  const auto points = curve(walk_of({{0, 1}, {1, 0}}, {{0.99, 0.99}, {0.01, 0.99}}), 0.95);

  EXPECT_EQ(points[0].curve.lower, 0.0);
  EXPECT_EQ(points[0].curve.upper, 1.0);
  EXPECT_EQ(points[0].ensemble.lower, 0.0);
  EXPECT_EQ(points[0].total.upper, 1.0);
}

TEST(Curve, is_refused_when_the_table_is_no_table) {
  EXPECT_THROW(curve(walk_of({}, {}), 0.95), UsageError);
  EXPECT_THROW(curve(walk_of({{}}, {{}}), 0.95), UsageError);
  EXPECT_THROW(curve(walk_of({{0, 1}, {0}}, {{0.5, 0.6}, {0.5}}), 0.95), UsageError);
  EXPECT_THROW(curve(walk_of({{0}}, {{0.5}}), 1.0), UsageError);
  EXPECT_THROW(curve(walk_of({{0}}, {{0.5}}), 0.0), UsageError);
  Walk walk = walk_of({{0, 1}}, {{0.5, 0.6}});
  walk.is_deterministic = true;
  EXPECT_THROW(curve(walk, 0.95), UsageError);
}

}  // namespace
}  // namespace clvae::reduce
