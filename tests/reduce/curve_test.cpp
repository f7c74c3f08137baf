#include "clvae/reduce/curve.hpp"

#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "clvae/core/random.hpp"
#include "reduce/golden.hpp"

namespace clvae::reduce {
namespace {

TEST(DrawOrders, use_every_member_equally_at_size_one_and_leave_each_out_once_at_the_last_but_one) {
  const auto orders = draw_orders(7, 20, Seed{1});

  ASSERT_EQ(orders.size(), 21U);
  std::vector<int> first(7, 0);
  std::vector<int> last(7, 0);
  for (const auto& order : orders) {
    EXPECT_EQ(std::set<std::size_t>(order.begin(), order.end()).size(), 7U);
    ++first[order.front()];
    ++last[order.back()];
  }
  EXPECT_EQ(first, std::vector<int>(7, 3));
  EXPECT_EQ(last, std::vector<int>(7, 3));
}

TEST(DrawOrders, differ_by_seed_and_not_by_call) {
  EXPECT_EQ(draw_orders(9, 9, Seed{1}), draw_orders(9, 9, Seed{1}));
  EXPECT_NE(draw_orders(9, 9, Seed{1}), draw_orders(9, 9, Seed{2}));
  EXPECT_THROW(draw_orders(0, 9, Seed{1}), UsageError);
  EXPECT_THROW(draw_orders(9, 0, Seed{1}), UsageError);
}

TEST(AucAlong, is_the_auc_of_the_first_members_of_the_order) {
  // Member 0 is right about both pairs, member 1 wrong about both but less sure.
  MemberScores scores;
  scores.samples = 2;
  scores.classes = 1;
  scores.members = {{0.0, -5.0}, {-2.0, 0.0}};
  RunningMerge merge(scores, Merge::mean);
  const std::vector<std::uint8_t> is_outlier = {0, 1};

  EXPECT_EQ(auc_along({0, 1}, merge, is_outlier), (std::vector<double>{1.0, 1.0}));
  EXPECT_EQ(auc_along({1, 0}, merge, is_outlier), (std::vector<double>{0.0, 1.0}));
}

TEST(Curve, equals_numpy_and_mpmath) {
  const auto cases = golden("curve.json");
  ASSERT_EQ(cases.size(), 4U);
  for (const auto& known : cases) {
    const auto points =
        curve(known["aucs"].get<std::vector<std::vector<double>>>(), known["confidence"]);
    ASSERT_EQ(points.size(), known["mean"].size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      EXPECT_EQ(points[i].size, i + 1);
      EXPECT_NEAR(points[i].mean, known["mean"][i].get<double>(), 1e-12);
      EXPECT_NEAR(points[i].lower, known["lower"][i].get<double>(), 1e-10);
      EXPECT_NEAR(points[i].upper, known["upper"][i].get<double>(), 1e-10);
    }
  }
}

TEST(Curve, has_no_interval_when_there_is_one_member) {
  const auto points = curve({{0.9}}, 0.95);

  ASSERT_EQ(points.size(), 1U);
  EXPECT_EQ(points[0].mean, 0.9);
  EXPECT_TRUE(std::isnan(points[0].lower));
  EXPECT_TRUE(std::isnan(points[0].upper));
}

TEST(Curve, stays_within_what_an_auc_can_be) {
  const auto points = curve({{0.99, 0.99}, {0.01, 0.99}}, 0.95);

  EXPECT_EQ(points[0].lower, 0.0);
  EXPECT_EQ(points[0].upper, 1.0);
}

// Members of Gaussian quality, an ensemble's AUC their mean: the interval must hold the true curve
// in about 95 % of trials. Seeded, so the share never changes.
TEST(Curve, covers_the_truth_about_as_often_as_it_says) {
  constexpr int kTrials = 400;
  constexpr std::size_t kMembers = 8;
  RandomStream stream(Seed{12});
  std::vector<int> covered(kMembers - 1, 0);
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<double> qualities;
    for (std::size_t i = 0; i < kMembers; ++i) qualities.push_back(0.8 + 0.02 * stream.normal());
    std::vector<std::vector<double>> aucs;
    for (const auto& order : draw_orders(kMembers, 24, Seed{static_cast<std::uint64_t>(trial)})) {
      std::vector<double> row;
      double sum = 0;
      for (const std::size_t member : order) {
        sum += qualities[member];
        row.push_back(sum / static_cast<double>(row.size() + 1));
      }
      aucs.push_back(row);
    }
    const auto points = curve(aucs, 0.95);
    for (std::size_t k = 0; k + 1 < kMembers; ++k) {
      covered[k] += points[k].lower <= 0.8 && 0.8 <= points[k].upper ? 1 : 0;
    }
  }
  for (std::size_t k = 0; k + 1 < kMembers; ++k) {
    EXPECT_GE(covered[k], kTrials * 0.91) << "size " << k + 1;
    EXPECT_LE(covered[k], kTrials * 0.99) << "size " << k + 1;
  }
}

TEST(Curve, is_refused_when_the_table_is_no_table) {
  EXPECT_THROW(curve({}, 0.95), UsageError);
  EXPECT_THROW(curve({{}}, 0.95), UsageError);
  EXPECT_THROW(curve({{0.5, 0.6}, {0.5}}, 0.95), UsageError);
  EXPECT_THROW(curve({{0.5}}, 1.0), UsageError);
  EXPECT_THROW(curve({{0.5}}, 0.0), UsageError);
}

}  // namespace
}  // namespace clvae::reduce
