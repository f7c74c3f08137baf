#include "run/pace.hpp"

#include <gtest/gtest.h>

namespace clvae::run {
namespace {

RankPace pace_of(double seconds, int lanes) { return {{Kind::clvae, {seconds, lanes}}}; }

TEST(TrainingTime, is_that_of_ranks_in_turn_when_each_has_one_lane) {
  EXPECT_DOUBLE_EQ(training_time({{Kind::clvae, 5}}, {pace_of(10, 1)}), 50);
  // The fast rank makes three of them, the slow one one.
  EXPECT_DOUBLE_EQ(training_time({{Kind::clvae, 4}}, {pace_of(10, 1), pace_of(25, 1)}), 30);
}

TEST(TrainingTime, ends_as_many_members_at_a_time_as_there_are_lanes) {
  // One member a second, but each takes eight.
  EXPECT_DOUBLE_EQ(training_time({{Kind::clvae, 16}}, {pace_of(1, 8)}), 16);
  EXPECT_DOUBLE_EQ(training_time({{Kind::clvae, 17}}, {pace_of(1, 8)}), 24);
}

TEST(TrainingTime, shares_members_among_ranks_when_they_are_fewer_than_lanes) {
  const RankPace rank = pace_of(1, 16);
  EXPECT_DOUBLE_EQ(training_time({{Kind::clvae, 20}}, {rank, rank, rank, rank}), 16);
  // Of a slow rank and a fast one neither has all.
  EXPECT_DOUBLE_EQ(training_time({{Kind::clvae, 4}}, {pace_of(3, 4), pace_of(1, 4)}), 12);
}

TEST(TrainingTime, takes_a_kind_by_itself_when_it_is_trained_one_at_a_time) {
  const RankPace rank{{Kind::clvae, {1, 4}}, {Kind::pca, {7, 1}}};
  EXPECT_DOUBLE_EQ(training_time({{Kind::clvae, 3}, {Kind::pca, 1}}, {rank}), 7);
}

TEST(TimeLeft, is_right_halfway_whatever_the_number_of_lanes) {
  for (const std::size_t lanes : {1U, 4U, 16U}) {
    // The device makes a member a second, 64 in all, and has made half of them.
    const double member_takes = static_cast<double>(lanes);
    EXPECT_DOUBLE_EQ(time_left({32 * member_takes, 32}, 32, 32, lanes), 32) << lanes;
  }
}

TEST(TimeLeft, counts_no_lanes_that_have_nothing_left_to_do) {
  // Two members are halfway; the other 14 lanes are free.
  EXPECT_DOUBLE_EQ(time_left({2 * 10, 1}, 1, 2, 16), 10);
}

}  // namespace
}  // namespace clvae::run
