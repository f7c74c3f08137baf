#include "reduce/walk.hpp"

#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "reduce/auc.hpp"
#include "reduce/combined_scores.hpp"
#include "reduce/walks.hpp"

namespace clvae::reduce {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

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
  EXPECT_EQ(draw_orders(1, 9, Seed{1}).size(), 1U);
  EXPECT_THROW(draw_orders(0, 9, Seed{1}), UsageError);
  EXPECT_THROW(draw_orders(9, 0, Seed{1}), UsageError);
}

TEST(MeasuredSizes, are_all_when_members_are_few_and_thin_out_when_they_are_many) {
  EXPECT_EQ(measured_sizes(1), std::vector<std::size_t>{1});
  EXPECT_EQ(measured_sizes(64).size(), 64U);
  const auto many = measured_sizes(1000);
  EXPECT_LT(many.size(), 65U);
  EXPECT_EQ(many.front(), 1U);
  EXPECT_EQ(many.back(), 1000U);
  EXPECT_TRUE(std::set<std::size_t>(many.begin(), many.end()).size() == many.size());
}

TEST(AtAllSizes, are_exact_for_what_is_linear_in_the_inverse_of_the_size) {
  const std::vector<std::size_t> sizes = {1, 2, 5, 9};
  std::vector<double> values;
  for (const std::size_t size : sizes) values.push_back(3 - 2 / static_cast<double>(size));

  const auto all = at_all_sizes(sizes, values, 9);

  ASSERT_EQ(all.size(), 9U);
  for (std::size_t k = 1; k <= 9; ++k) {
    EXPECT_NEAR(all[k - 1], 3 - 2 / static_cast<double>(k), 1e-12) << k;
  }
  EXPECT_THAT(at_all_sizes({1}, {0.5}, 3), ElementsAre(0.5, 0.5, 0.5));
}

/// Random log densities of members that know outliers a little.
class Scored {
 public:
  explicit Scored(std::size_t members) {
    RandomStream stream(Seed{8});
    for (std::size_t i = 0; i < kSamples; ++i) is_outlier.push_back(i % 3 == 0 ? 1 : 0);
    test = test_set_of(is_outlier);
    for (std::size_t member = 0; member < members; ++member) {
      std::vector<double> values;
      for (std::size_t i = 0; i < kSamples * kClasses; ++i) {
        values.push_back(2 * stream.normal() - is_outlier[i / kClasses]);
      }
      table.push_back(values);
    }
  }

  PackedScores packed(const ScoreTraits& traits = {kClasses, true, true}) const {
    PackedScores scores(traits, Merge::mean, test.samples, table.size());
    for (std::size_t member = 0; member < table.size(); ++member) {
      scores.set_member(member, table[member]);
    }
    return scores;
  }

  static constexpr std::size_t kSamples = 101;
  static constexpr std::size_t kClasses = 3;
  std::vector<std::uint8_t> is_outlier;
  TestSet test;
  Table table;
};

TEST(Walk, has_the_auc_of_the_merged_densities_at_every_size) {
  const Scored scored(5);
  const auto orders = draw_orders(5, 10, Seed{1});
  const Walk result = walk(scored.packed(), scored.test, orders);

  ASSERT_EQ(result.aucs.size(), 10U);
  for (std::size_t i = 0; i < orders.size(); ++i) {
    for (std::size_t size = 1; size <= 5; ++size) {
      std::vector<double> anomalies;
      for (std::size_t sample = 0; sample < Scored::kSamples; ++sample) {
        double best = 0;
        for (std::size_t label = 0; label < Scored::kClasses; ++label) {
          double sum = 0;
          for (std::size_t k = 0; k < size; ++k) {
            sum += std::exp(scored.table[orders[i][k]][sample * Scored::kClasses + label]);
          }
          best = std::max(best, sum);
        }
        anomalies.push_back(-best);
      }
      EXPECT_EQ(result.aucs[i][size - 1], auc(anomalies, scored.is_outlier));
    }
  }
}

TEST(Walk, has_placements_whose_mean_is_the_mean_auc) {
  const Scored scored(6);
  const Walk result = walk(scored.packed(), scored.test, draw_orders(6, 12, Seed{1}));

  ASSERT_EQ(result.placements.size(), 6U);
  for (std::size_t k = 0; k < 6; ++k) {
    double mean = 0;
    for (const auto& row : result.aucs) mean += row[k] / static_cast<double>(result.aucs.size());
    double of_inliers = 0;
    double of_outliers = 0;
    for (std::size_t i = 0; i < Scored::kSamples; ++i) {
      (i < result.inliers ? of_inliers : of_outliers) +=
          static_cast<double>(result.placements[k][i]);
    }
    EXPECT_NEAR(of_inliers / static_cast<double>(scored.test.inliers), mean, 1e-6);
    EXPECT_NEAR(of_outliers / static_cast<double>(scored.test.outliers), mean, 1e-6);
  }
}

TEST(Walk, is_the_same_bit_for_bit_when_ranks_share_it) {
  const Scored scored(5);
  const PackedScores scores = scored.packed();
  const auto orders = draw_orders(5, 15, Seed{1});
  const Walk alone = walk(scores, scored.test, orders);
  for (const std::size_t ranks : {2U, 4U, 20U}) {
    std::vector<std::vector<double>> rows;
    std::vector<double> placements(alone.measured_sizes.size() * Scored::kSamples, 0.0);
    for (std::size_t rank = 0; rank < ranks; ++rank) {
      WalkShare share = walk_share(scores, scored.test, orders, {rank, ranks});
      for (std::size_t i = 0; i < placements.size(); ++i) {
        placements[i] += share.doubled_placements[i];
      }
      rows.push_back(std::move(share.rows));
    }
    const Walk shared = assemble(orders, scored.test, rows, placements, measured_sizes(5));

    EXPECT_EQ(shared.aucs, alone.aucs) << ranks;
    EXPECT_EQ(shared.placements, alone.placements) << ranks;
    EXPECT_EQ(shared.average_precision, alone.average_precision) << ranks;
    EXPECT_EQ(shared.fpr_at_95_tpr, alone.fpr_at_95_tpr) << ranks;
  }
}

TEST(Walk, is_refused_when_samples_or_results_are_missing) {
  const Scored scored(2);
  const PackedScores scores = scored.packed();
  const auto orders = draw_orders(2, 2, Seed{1});
  TestSet fewer = scored.test;
  fewer.samples.pop_back();

  EXPECT_THROW(walk(scores, fewer, orders), UsageError);
  EXPECT_THROW(assemble(orders, scored.test, {{}}, {}, measured_sizes(2)), UsageError);
}

/// Errors or distances of few samples, as they are.
std::unique_ptr<ScoredMembers> packed_errors(const Table& table) {
  auto scores = std::make_unique<PackedScores>(ScoreTraits{1, false, false}, Merge::mean,
                                               in_order(table[0].size()), table.size());
  for (std::size_t member = 0; member < table.size(); ++member) {
    scores->set_member(member, table[member]);
  }
  return scores;
}

TEST(CombinedScores, add_what_is_centred_and_scaled_on_the_validation_inliers_at_each_size) {
  CombinedParts parts;
  parts.test_divergence = packed_errors({{1, 5}, {3, 7}});
  parts.test_error = packed_errors({{0.5, 0.1}, {0.7, 0.5}});
  parts.validation_divergence = packed_errors({{0, 2, 4}, {0, 0, 6}});
  parts.validation_error = packed_errors({{1, 2, 3}, {3, 2, 4}});
  const CombinedScores combined(std::move(parts));
  std::vector<float> scores(2 * combined.stride());

  combined.ranking_scores(std::vector<Order>{{0, 1}}, scores);

  // Size 1: means 2 and 2, deviations 2 and 1. Size 2: divergences 0, 1, 5, errors 2, 2, 3.5.
  const double deviation = std::sqrt(7.0);
  const double error_mean = 2.5;
  const double error_deviation = std::sqrt(0.75);
  EXPECT_NEAR(scores[0], (1 - 2) / 2.0 + (0.5 - 2), 1e-6);
  EXPECT_NEAR(scores[1], (5 - 2) / 2.0 + (0.1 - 2), 1e-6);
  EXPECT_NEAR(scores[combined.stride()], (2 - 2) / deviation + (0.6 - error_mean) / error_deviation,
              1e-6);
  EXPECT_NEAR(scores[combined.stride() + 1],
              (6 - 2) / deviation + (0.3 - error_mean) / error_deviation, 1e-6);
}

TEST(CombinedScores, are_refused_when_there_is_nothing_to_scale_by) {
  const Table two = {{1, 5}, {3, 7}};
  const Table one_member = {{1, 5}};
  const Table one_sample = {{1}, {3}};
  const Table constant = {{1, 1}, {1, 1}};
  const auto combined_of = [](const Table& test_divergence, const Table& test_error,
                              const Table& validation_divergence, const Table& validation_error) {
    return CombinedScores({packed_errors(test_divergence), packed_errors(test_error),
                           packed_errors(validation_divergence), packed_errors(validation_error)});
  };

  EXPECT_THROW(combined_of(two, two, one_member, one_member), UsageError);
  EXPECT_THROW(combined_of(two, one_sample, two, two), UsageError);
  EXPECT_THROW(combined_of(two, two, one_sample, one_sample), UsageError);
  const CombinedScores combined = combined_of(two, two, two, constant);
  std::vector<float> scores(2 * combined.stride());
  EXPECT_THAT(
      [&] {
        combined.ranking_scores(std::vector<Order>{{0, 1}}, scores);
      },
      ThrowsMessage<RunError>(HasSubstr("reconstruction error of 1 members")));
}

}  // namespace
}  // namespace clvae::reduce
