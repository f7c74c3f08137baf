#include "reduce/joint_scores.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "golden.hpp"
#include "reduce/comparison.hpp"
#include "reduce/curve.hpp"
#include "reduce/joint_members.hpp"
#include "reduce/nearest_scores.hpp"
#include "reduce/packed_scores.hpp"
#include "reduce/score_table.hpp"

namespace clvae::reduce {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// Scores of the first members of an order, so many of them.
std::vector<float> of_first(const ScoredMembers& scored, const Order& order, std::size_t size) {
  const std::vector<std::size_t> sizes = scored.sizes();
  std::vector<float> scores(sizes.size() * scored.stride());
  scored.anomalies(gsl::make_span(&order, 1), scores);
  const auto place = std::find(sizes.begin(), sizes.end(), size) - sizes.begin();
  const auto begin = scores.begin() + place * static_cast<std::ptrdiff_t>(scored.stride());
  return {begin, begin + static_cast<std::ptrdiff_t>(scored.samples())};
}

/// Test samples of `drawn_members`: the second half are outliers.
TestSet halves(std::size_t samples) {
  std::vector<std::uint8_t> is_outlier(samples, 0);
  std::fill(is_outlier.begin() + static_cast<std::ptrdiff_t>(samples / 2), is_outlier.end(),
            std::uint8_t{1});
  return test_set_of(is_outlier);
}

std::unique_ptr<ScoredMembers> made(const char* score, const MemberValues& members) {
  return score_named(score)->make(members, {});
}

TEST(JointScores, are_those_of_scipy_and_scikit_learn) {
  const nlohmann::json golden_values = golden("joint.json");
  const GivenMembers members(golden_values["classes"], golden_values["indices"],
                             golden_values["references"], golden_values["samples"], 3, 2);
  const JointScores joint(members, Part::test);
  const NearestScores nearest(members, Part::test);
  for (const auto& one : golden_values["cases"]) {
    Order order = one["members"];
    const std::size_t size = order.size();
    for (std::size_t member = 0; member < members.members(); ++member) {
      if (std::find(order.begin(), order.end(), member) == order.end()) order.push_back(member);
    }

    const std::vector<float> distances = of_first(joint, order, size);
    const std::vector<float> neighbours = of_first(nearest, order, size);

    for (std::size_t i = 0; i < distances.size(); ++i) {
      const double expected = one["joint"][i];
      EXPECT_NEAR(distances[i], expected, 1e-5 * (1 + expected)) << one["members"] << ", " << i;
      EXPECT_NEAR(neighbours[i], one["nearest"][i].get<double>(), 1e-5) << one["members"];
    }
  }
}

TEST(JointScores, are_of_the_set_alone_whatever_the_order_in_which_members_joined) {
  const GivenMembers members = drawn_members(7, 60, 33, Seed{1});
  for (const char* name : {"joint", "nearest"}) {
    const auto scored = made(name, members);
    const std::vector<float> one = of_first(*scored, {0, 4, 2, 6, 1, 3, 5}, 5);
    const std::vector<float> other = of_first(*scored, {6, 1, 2, 0, 4, 5, 3}, 5);
    const std::vector<float> another_set = of_first(*scored, {6, 1, 2, 0, 5, 4, 3}, 5);

    EXPECT_EQ(one, other) << name;
    EXPECT_NE(one, another_set) << name;
  }
}

TEST(JointScores, are_the_same_when_orders_are_walked_one_by_one_and_as_rotations) {
  const GivenMembers members = drawn_members(6, 40, 21, Seed{2});
  std::vector<Order> orders = draw_orders(6, 12, Seed{3});  // two permutations' rotations
  std::swap(orders[3], orders[8]);
  for (const char* name : {"joint", "nearest"}) {
    const auto scored = made(name, members);
    std::vector<float> together(orders.size() * 6 * scored->stride());
    scored->anomalies(orders, together);
    for (std::size_t i = 0; i < orders.size(); ++i) {
      for (std::size_t size = 1; size <= 6; ++size) {
        const auto alone = of_first(*scored, orders[i], size);
        const float* row = &together[(i * 6 + size - 1) * scored->stride()];
        EXPECT_EQ(alone, std::vector<float>(row, row + scored->samples())) << name << size;
      }
    }
  }
}

TEST(JointScores, of_one_member_are_its_mahalanobis_distances) {
  const GivenMembers members = drawn_members(3, 200, 20, Seed{4});
  const auto joint = made("joint", members);
  const auto alone = made("mahalanobis", members);

  const std::vector<float> distances = of_first(*joint, {2, 0, 1}, 1);
  const std::vector<float> expected = of_first(*alone, {2, 0, 1}, 1);

  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(distances[i], expected[i], 1e-4 * (1 + expected[i])) << i;
  }
}

TEST(JointScores, count_members_that_say_the_same_once_as_a_mean_does_and_not_thrice) {
  GivenMembers one = drawn_members(1, 200, 20, Seed{5});
  const std::vector<float> same = one.values(0, {Quantity::latents, Part::test});
  const gsl::span<const float> references = one.references().latents(0);
  std::vector<std::int32_t> classes;
  for (std::int32_t i = 0; i < 200; ++i) classes.push_back(i % 2);
  std::vector<std::vector<float>> of_references(3, {references.begin(), references.end()});
  const GivenMembers thrice(classes, {0, 1, 2}, of_references, {same, same, same}, 2, 2);

  const auto scores = of_first(*made("joint", thrice), {0, 1, 2}, 3);
  const auto alone = of_first(*made("joint", one), {0}, 1);

  // Each squared distance is over the number of members.
  for (std::size_t i = 0; i < scores.size(); ++i) {
    EXPECT_NEAR(3 * scores[i], alone[i], 1e-3 * (1 + alone[i])) << i;
  }
}

TEST(JointScores, say_of_the_classes_what_the_anomaly_is_made_of) {
  const GivenMembers members = drawn_members(5, 60, 20, Seed{6});
  const auto anomalies = anomalies_of_all(*made("joint", members), {4, 0, 3, 1, 2});

  const std::vector<float> classes = joint_class_scores(members, Part::test);

  ASSERT_EQ(classes.size(), 40U);
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(anomalies[i], -std::max(classes[2 * i], classes[2 * i + 1])) << i;
  }
}

TEST(JointScores, take_members_of_a_block_for_independent_when_a_class_has_few_references) {
  const GivenMembers members = drawn_members(3, 12, 10, Seed{7});  // 6 of a class; 3 need 8
  const auto joint = of_first(*made("joint", members), {0, 1, 2}, 3);
  const auto merged = of_first(*made("mahalanobis", members), {0, 1, 2}, 3);

  for (std::size_t i = 0; i < joint.size(); ++i) {
    EXPECT_NEAR(joint[i], merged[i], 1e-4 * (1 + merged[i])) << i;
  }
}

TEST(JointScores, are_refused_when_latents_are_damaged) {
  std::vector<std::vector<float>> latents(1, {1, 2, 3, std::nanf("")});
  std::vector<std::vector<float>> references(1);
  std::vector<std::int32_t> classes;
  for (std::int32_t i = 0; i < 20; ++i) {
    classes.push_back(i % 2);
    references[0].push_back(static_cast<float>(i % 7));
    references[0].push_back(static_cast<float>(i * i % 11));
  }
  const GivenMembers members(classes, {0}, references, latents, 2, 2);

  EXPECT_THROW(made("joint", members), RunError);
  EXPECT_THROW(made("nearest", members), RunError);
  EXPECT_THROW(References(classes, {0, 1}, references, {}), UsageError);
  references[0].pop_back();
  EXPECT_THROW(References(classes, {0}, references, {members.gaussians(0)}), UsageError);
}

TEST(References, are_drawn_from_the_data_alone_and_classes_take_turns) {
  std::vector<std::int32_t> classes(12'000, 0);
  for (std::size_t i = 0; i < classes.size(); ++i) classes[i] = i % 50 == 7 ? 1 : 2 * (i % 2 == 0);

  const auto drawn = draw_references("abc", classes, 3);

  ASSERT_EQ(drawn.size(), kReferences);
  EXPECT_EQ(drawn, draw_references("abc", classes, 3));
  EXPECT_NE(drawn, draw_references("abd", classes, 3));
  std::vector<int> counts(3, 0);
  for (std::size_t i = 0; i < 30; ++i) {
    EXPECT_EQ(classes[drawn[i]], static_cast<std::int32_t>(i % 3));
  }
  for (const std::size_t sample : drawn) ++counts[static_cast<std::size_t>(classes[sample])];
  EXPECT_THAT(counts, ElementsAre(2380, 240, 2380));  // the second class has no more
  EXPECT_EQ(draw_references("abc", gsl::make_span(classes).first(10), 3).size(), 10U);
}

TEST(ThinnedSizes, are_the_first_sixteen_then_a_tenth_apart_with_the_last_two) {
  EXPECT_THAT(thinned_sizes(1), ElementsAre(1));
  EXPECT_THAT(thinned_sizes(2), ElementsAre(1, 2));
  EXPECT_EQ(thinned_sizes(20).size(), 20U);
  const auto many = thinned_sizes(100);
  EXPECT_EQ(many.size(), 40U);
  EXPECT_EQ(many[15], 16U);
  EXPECT_EQ(many[many.size() - 2], 99U);
  EXPECT_EQ(many.back(), 100U);
  EXPECT_EQ(thinned_sizes(1000).size(), 65U);
}

TEST(JointWalk, follows_few_permutations_and_has_the_intervals_of_its_own_sizes) {
  const GivenMembers members = drawn_members(30, 40, 60, Seed{8});
  const TestSet test = halves(60);
  const auto scored = made("joint", members);

  const Walk joint = walk(*scored, test, draw_orders(30, 200, Seed{1}));

  EXPECT_EQ(joint.orders.size(), 90U);
  EXPECT_EQ(joint.measured_sizes, thinned_sizes(30));
  EXPECT_TRUE(joint.is_joint);
  const auto points = curve(joint, 0.95);
  ASSERT_EQ(points.size(), 30U);
  for (const CurvePoint& point : points) {
    EXPECT_TRUE(point.mean > 0.5 && point.mean <= 1) << point.size;
    EXPECT_LE(point.curve.lower, point.mean) << point.size;
    EXPECT_EQ(point.draws, 90U);
  }
  const auto many = made("joint", drawn_members(120, 40, 16, Seed{8}));
  EXPECT_EQ(orders_of(*many, draw_orders(120, 200, Seed{1})).size(), 120U);
  EXPECT_EQ(orders_of(*scored, draw_orders(30, 60, Seed{1})).size(), 60U);
}

TEST(JointWalk, is_compared_with_others_along_the_orders_and_sizes_that_both_have) {
  const GivenMembers members = drawn_members(30, 40, 60, Seed{9});
  const TestSet test = halves(60);
  const auto orders = draw_orders(30, 120, Seed{1});
  const Walk joint = walk(*made("joint", members), test, orders);
  const Walk nearest = walk(*made("nearest", members), test, orders);
  const Walk merged = walk(*made("mahalanobis", members), test, orders);
  ASSERT_EQ(merged.orders.size(), 120U);

  const auto points = compare(joint, merged, Pairing::same_members, 0.95);
  const auto both_joint = compare(joint, nearest, Pairing::same_members, 0.95);

  ASSERT_EQ(points.size(), 30U);
  ASSERT_EQ(both_joint.size(), 30U);
  double expected = 0;
  for (std::size_t i = 0; i < 90; ++i) expected += (joint.aucs[i][4] - merged.aucs[i][4]) / 90;
  EXPECT_NEAR(points[4].difference, expected, 1e-12);
  const auto reversed = compare(merged, joint, Pairing::same_members, 0.95);
  for (std::size_t k = 0; k < 30; ++k) {
    EXPECT_NEAR(reversed[k].difference, -points[k].difference, 1e-12) << k;
    EXPECT_NEAR(reversed[k].lower, -points[k].upper, 1e-12) << k;
  }
  Walk other = joint;
  std::swap(other.orders[0], other.orders[1]);
  EXPECT_THROW(compare(other, merged, Pairing::same_members, 0.95), UsageError);
}

TEST(JointWalk, is_the_same_bit_for_bit_when_ranks_share_it) {
  const GivenMembers members = drawn_members(20, 40, 50, Seed{10});
  const TestSet test = halves(50);
  for (const char* name : {"joint", "nearest"}) {
    const auto scored = made(name, members);
    const auto orders = orders_of(*scored, draw_orders(20, 40, Seed{1}));
    const Walk alone = walk(*scored, test, orders);
    for (const std::size_t ranks : {2U, 4U}) {
      std::vector<std::vector<double>> rows;
      std::vector<double> placements(alone.measured_sizes.size() * 50, 0.0);
      for (std::size_t rank = 0; rank < ranks; ++rank) {
        WalkShare share = walk_share(*scored, test, orders, {rank, ranks});
        for (std::size_t i = 0; i < placements.size(); ++i) {
          placements[i] += share.doubled_placements[i];
        }
        rows.push_back(std::move(share.rows));
      }
      const Walk shared = assemble(orders, test, rows, placements, measured_sizes(*scored));
      EXPECT_EQ(shared.aucs, alone.aucs) << name << ranks;
      EXPECT_EQ(shared.placements, alone.placements) << name << ranks;
    }
  }
}

}  // namespace
}  // namespace clvae::reduce
