#include "reduce/packed_scores.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "reduce/walks.hpp"

namespace clvae::reduce {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::size_t kSamples = 37;  // not a whole number of tiles
constexpr double kNever = std::numeric_limits<double>::infinity();

/// The definition, written out in double precision.
double naive_anomaly(const Table& table, const Order& order, std::size_t size, std::size_t sample,
                     const ScoreTraits& traits, Merge merge) {
  const auto count = static_cast<double>(size);
  double best = -kNever;
  for (std::size_t label = 0; label < traits.classes; ++label) {
    double largest = -kNever;
    double smallest = kNever;
    double sum = 0;
    double density = 0;
    for (std::size_t k = 0; k < size; ++k) {
      const double* row = &table[order[k]][sample * traits.classes];
      const double value =
          merge == Merge::max_first ? *std::max_element(row, row + traits.classes) : row[label];
      largest = std::max(largest, value);
      smallest = std::min(smallest, value);
      sum += value;
      density += std::exp(value);
    }
    const bool of_densities =
        traits.logarithms && (merge == Merge::mean || merge == Merge::max_first);
    const double mean = of_densities ? std::log(density / count) : sum / count;
    best = std::max(best, merge == Merge::max ? largest : merge == Merge::min ? smallest : mean);
  }
  return traits.higher_is_normal ? -best : best;
}

PackedScores packed(const Table& table, const ScoreTraits& traits, Merge merge,
                    const std::vector<std::size_t>& places) {
  PackedScores scores(traits, merge, places, table.size());
  for (std::size_t member = 0; member < table.size(); ++member) {
    scores.set_member(member, table[member]);
  }
  return scores;
}

std::vector<float> anomalies(const PackedScores& scores, const std::vector<Order>& orders) {
  std::vector<float> values(orders.size() * scores.members() * scores.stride());
  scores.anomalies(orders, values);
  return values;
}

void expect_definition(const ScoreTraits& traits, Merge merge) {
  const Table table = normal_table(6, kSamples * traits.classes, 4, Seed{9});
  std::vector<std::size_t> places = in_order(kSamples);
  std::reverse(places.begin(), places.end());
  const PackedScores scores = packed(table, traits, merge, places);
  const std::vector<Order> orders = {{0, 1, 2, 3, 4, 5}, {4, 2, 5, 0, 1, 3}};
  const std::vector<float> values = anomalies(scores, orders);
  for (std::size_t i = 0; i < orders.size() * 6; ++i) {
    for (std::size_t place = 0; place < kSamples; ++place) {
      const double expected =
          naive_anomaly(table, orders[i / 6], i % 6 + 1, places[place], traits, merge);
      ASSERT_NEAR(values[i * scores.stride() + place], expected, 2e-6 * (1 + std::abs(expected)))
          << name_of(merge) << ", " << traits.classes << " classes, row " << i;
    }
  }
}

TEST(PackedScores, equal_the_definition_at_every_size_for_every_merge_and_number_of_classes) {
  for (const std::size_t classes : {1U, 2U, 5U, 6U, 7U, 8U, 9U, 10U, 13U}) {
    const ScoreTraits densities{classes, true, true};
    for (const Merge merge : merges_for(densities)) expect_definition(densities, merge);
    expect_definition(densities, Merge::max_first);
    const ScoreTraits distances{classes, false, true};
    for (const Merge merge : merges_for(distances)) expect_definition(distances, merge);
  }
  expect_definition({1, false, false}, Merge::mean);
}

TEST(PackedScores, rank_samples_as_their_anomaly_scores_do) {
  const Table table = normal_table(5, kSamples * 3, 30, Seed{10});
  const PackedScores scores = packed(table, {3, true, true}, Merge::mean, in_order(kSamples));
  const std::vector<Order> orders = {{3, 1, 4, 0, 2}};
  std::vector<float> ranking(5 * scores.stride());
  scores.ranking_scores(orders, ranking);
  const std::vector<float> exact = anomalies(scores, orders);
  for (std::size_t k = 0; k < 5; ++k) {
    const std::size_t row = k * scores.stride();
    for (std::size_t i = 0; i < kSamples; ++i) {
      for (std::size_t j = 0; j < kSamples; ++j) {
        if (std::abs(exact[row + i] - exact[row + j]) < 1e-4F) continue;
        ASSERT_EQ(exact[row + i] < exact[row + j], ranking[row + i] < ranking[row + j]);
      }
    }
  }
}

TEST(PackedScores, keep_far_away_samples_apart_when_densities_would_underflow) {
  const Table table = {{-1e5, -2e5, -4.0, -kNever}, {-3e5, -2e5, -900.0, -kNever}};
  const PackedScores scores = packed(table, {1, true, true}, Merge::mean, in_order(4));
  const std::vector<float> values = anomalies(scores, {{0, 1}, {1, 0}});
  const std::size_t stride = scores.stride();

  EXPECT_NEAR(values[stride], 1e5 + std::log(2.0), 0.01);
  EXPECT_NEAR(values[stride + 1], 2e5, 0.02);
  EXPECT_NEAR(values[stride + 2], 4 + std::log(2.0), 1e-6);
  EXPECT_NEAR(values[2 * stride + 2], 900, 1e-4);
  EXPECT_EQ(values[3 * stride + 2], values[stride + 2]);
  EXPECT_FLOAT_EQ(values[3], static_cast<float>(-kLogarithmOfNothing)) << "the most anomalous";
}

TEST(PackedScores, take_other_merges_when_values_are_kept_alike) {
  const Table table = normal_table(4, kSamples * 3, 2, Seed{3});
  const ScoreTraits traits{3, true, true};
  PackedScores scores = packed(table, traits, Merge::geometric, in_order(kSamples));

  ASSERT_TRUE(scores.change_merge(Merge::min));
  EXPECT_EQ(anomalies(scores, {{0, 1, 2, 3}}),
            anomalies(packed(table, traits, Merge::min, in_order(kSamples)), {{0, 1, 2, 3}}));
  EXPECT_FALSE(scores.change_merge(Merge::mean));
  EXPECT_THROW(packed(table, {3, false, true}, Merge::mean, in_order(kSamples))
                   .change_merge(Merge::geometric),
               UsageError);
}

TEST(PackedScores, name_member_and_sample_when_a_value_is_none) {
  PackedScores scores({2, true, true}, Merge::mean, {1, 0}, 3);
  EXPECT_THAT(
      [&] {
        scores.set_member(2, std::vector<double>{0, 0, std::nan(""), 0});
      },
      ThrowsMessage<RunError>(HasSubstr("score of sample 1 by member 2 is nan")));
  EXPECT_THROW(scores.set_member(0, std::vector<double>{0, kNever, 0, 0}), RunError);
  EXPECT_THROW(scores.set_member(3, std::vector<double>(4, 0.0)), UsageError);
  EXPECT_THROW(scores.set_member(0, std::vector<double>(3, 0.0)), UsageError);
  EXPECT_THROW(PackedScores({2, true, true}, Merge::mean, {}, 3), UsageError);
  EXPECT_THROW(PackedScores({2, true, true}, Merge::mean, {0}, 0), UsageError);
  PackedScores errors({1, false, false}, Merge::mean, {0}, 1);
  EXPECT_THROW(errors.set_member(0, std::vector<double>{-kNever}), RunError);
}

}  // namespace
}  // namespace clvae::reduce
