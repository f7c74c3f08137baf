#include "train/run_ahead.hpp"

#include <gtest/gtest.h>

#include "train/gpu_memory.hpp"

namespace clvae::train {
namespace {

/// Queues until there is no more room. \return pieces that were queued
int fill(RunAhead& ahead, double now) {
  int queued = 0;
  for (; ahead.has_room(); ++queued) ahead.queue(now);
  return queued;
}

TEST(RunAhead, takes_a_few_pieces_when_the_speed_is_not_known) {
  RunAhead ahead;

  EXPECT_EQ(fill(ahead, 0), 8);
}

TEST(RunAhead, takes_a_quarter_of_a_second_when_the_speed_is_known) {
  RunAhead ahead;
  fill(ahead, 0);

  ahead.done_up_to(8, 0.08);  // 100 a second

  EXPECT_EQ(fill(ahead, 0.08), 25);
}

TEST(RunAhead, takes_few_when_pieces_are_slow_and_has_an_upper_bound_when_they_are_fast) {
  RunAhead slow;
  fill(slow, 0);
  slow.done_up_to(8, 80);
  RunAhead fast;
  fill(fast, 0);
  fast.done_up_to(8, 1e-9);

  EXPECT_EQ(fill(slow, 80), RunAhead::kFewest);
  EXPECT_EQ(fill(fast, 0), RunAhead::kMost);
}

TEST(RunAhead, does_not_count_time_in_which_nothing_was_queued) {
  RunAhead ahead;
  fill(ahead, 0);
  ahead.done_up_to(8, 0.08);

  ahead.queue(100);
  ahead.done_up_to(9, 100.0078125);  // 128 a second

  EXPECT_EQ(fill(ahead, 100.0078125), 32);
}

TEST(RunAhead, takes_more_when_a_part_is_done) {
  RunAhead ahead;
  fill(ahead, 0);
  ahead.done_up_to(8, 0.08);
  fill(ahead, 0.08);

  ahead.done_up_to(18, 0.18);

  EXPECT_EQ(fill(ahead, 0.18), 10);
}

constexpr std::size_t kGibibyte = std::size_t{1} << 30U;

TEST(LanesThatFit, divide_the_memory_by_ranks_and_by_what_the_first_member_took) {
  EXPECT_EQ(lanes_that_fit({21 * kGibibyte, 1, 2 * kGibibyte}), 10);
  EXPECT_EQ(lanes_that_fit({21 * kGibibyte, 2, 2 * kGibibyte}), 5);
  EXPECT_EQ(lanes_that_fit({21 * kGibibyte, 4, 3 * kGibibyte}), 1);
}

TEST(LanesThatFit, are_one_when_there_is_hardly_room_for_a_member) {
  EXPECT_EQ(lanes_that_fit({kGibibyte, 1, kGibibyte}), 1);
  EXPECT_EQ(lanes_that_fit({0, 8, kGibibyte}), 1);
}

TEST(LanesThatFit, are_no_more_than_gain_something_when_memory_is_plenty) {
  EXPECT_EQ(lanes_that_fit({78 * kGibibyte, 1, kGibibyte / 4}), kMostLanesOfChoice);
  EXPECT_EQ(lanes_that_fit({78 * kGibibyte, 1, 0}), kMostLanesOfChoice);
}

}  // namespace
}  // namespace clvae::train
