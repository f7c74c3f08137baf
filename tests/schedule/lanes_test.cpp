// One rank that has several members in training at once.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "comm/in_process.hpp"
#include "schedule/play.hpp"

namespace clvae::schedule {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

constexpr int kLanes = 4;

/// Tells of the trainings of one rank as they are driven.
struct Watch {
  int at_work = 0;
  int most_at_work = 0;
  std::vector<std::uint32_t> pieces;  ///< whose turn it was
  std::vector<std::uint32_t> stopped;
};

/// Has so many batches, and then is done.
class WatchedTraining : public Training {
 public:
  WatchedTraining(Watch& watch, const Task& task, int batches)
      : watch_(watch), member_(task.member.value()), batches_left_(batches) {
    watch_.most_at_work = std::max(watch_.most_at_work, ++watch_.at_work);
  }
  ~WatchedTraining() override { --watch_.at_work; }

  Piece advance() override {
    watch_.pieces.push_back(member_);
    if (batches_left_-- > 0) return Piece::batch;
    return batches_left_ == -1 ? Piece::training_ended : Piece::done;
  }
  EpochReport epoch() const override { return {}; }
  bool stop() override {
    watch_.stopped.push_back(member_);
    return batches_left_ < 0;
  }

 private:
  Watch& watch_;
  std::uint32_t member_;
  int batches_left_;
};

TEST(Lanes, are_refilled_one_by_one_when_members_take_differently_long) {
  const auto channels = comm::in_process_channels(1);
  Record record;
  Watch watch;
  const Begin begin = [&](const Task& task) {
    return std::make_unique<WatchedTraining>(watch, task, task.member.value() == 0 ? 100 : 3);
  };

  play(*channels[0], 10, begin, record, {}, kLanes);

  EXPECT_EQ(record.finishes.size(), 10U);
  EXPECT_EQ(watch.most_at_work, kLanes);
  // Member 0 is the last although it was the first: the others went by in three lanes.
  EXPECT_EQ(watch.pieces.back(), 0U);
  const auto first_of_last = std::find(watch.pieces.begin(), watch.pieces.end(), 9U);
  EXPECT_LT(first_of_last - watch.pieces.begin(), 60);
}

TEST(Lanes, take_turns_when_all_have_members) {
  const auto channels = comm::in_process_channels(1);
  Record record;
  Watch watch;
  const Begin begin = [&](const Task& task) {
    return std::make_unique<WatchedTraining>(watch, task, 5);
  };

  play(*channels[0], 4, begin, record, {}, kLanes);

  EXPECT_THAT(std::vector<std::uint32_t>(watch.pieces.begin(), watch.pieces.begin() + 8),
              ElementsAre(0U, 1U, 2U, 3U, 0U, 1U, 2U, 3U));
}

TEST(Lanes, go_on_when_the_attempt_in_one_fails) {
  const auto channels = comm::in_process_channels(1);
  Record record;

  play(*channels[0], 12, begin_eventful, record, {}, kLanes);

  EXPECT_EQ(record.finishes.size(), 11U);
  EXPECT_EQ(record.finishes.at(2), 2U);
  EXPECT_THAT(record.lost, ElementsAre(3U));
  EXPECT_EQ(record.failures.at(3).size(), 3U);
}

TEST(Lanes, fail_alone_when_an_attempt_can_not_be_begun) {
  const auto channels = comm::in_process_channels(1);
  Record record;
  Watch watch;
  const Begin begin = [&](const Task& task) -> std::unique_ptr<Training> {
    if (task.member.value() == 1) throw std::bad_alloc();
    return std::make_unique<WatchedTraining>(watch, task, 5);
  };

  play(*channels[0], 6, begin, record, {}, kLanes);

  EXPECT_EQ(record.finishes.size(), 5U);
  EXPECT_THAT(record.lost, ElementsAre(1U));
}

TEST(Lanes, are_each_told_once_when_the_job_stops) {
  const auto channels = comm::in_process_channels(1);
  Record record;
  Watch watch;
  const Begin begin = [&](const Task& task) {
    return std::make_unique<WatchedTraining>(watch, task, 1000);
  };

  play(
      *channels[0], 10, begin, record,
      [&]() -> std::optional<std::string> {
        if (watch.pieces.size() < 50) return std::nullopt;
        return "enough";
      },
      kLanes);

  EXPECT_THAT(watch.stopped, UnorderedElementsAre(0U, 1U, 2U, 3U));
  EXPECT_THAT(record.given_back, ElementsAre(0U, 1U, 2U, 3U));
  EXPECT_THAT(record.stops, ElementsAre("0: enough"));
  EXPECT_TRUE(record.finishes.empty());
}

TEST(Lanes, come_home_when_there_are_fewer_members_than_lanes) {
  const auto channels = comm::in_process_channels(1);
  Record record;

  play(*channels[0], 1, begin_eventful, record, {}, kLanes);

  EXPECT_EQ(record.finishes.size(), 1U);
}

TEST(Lanes, are_opened_when_there_are_more_after_the_first_member_was_begun) {
  const auto channels = comm::in_process_channels(1);
  Record record;
  Watch watch;
  const Begin begin = [&](const Task& task) {
    return std::make_unique<WatchedTraining>(watch, task, 5);
  };

  play(*channels[0], 10, begin, record, {},
       LaneCount([&] { return watch.most_at_work == 0 ? 1 : 3; }));

  EXPECT_EQ(record.finishes.size(), 10U);
  EXPECT_EQ(watch.most_at_work, 3);
}

/// Ends only when so many trainings were begun on all ranks.
class GatedTraining : public Training {
 public:
  GatedTraining(std::atomic<std::size_t>& begun, std::size_t wanted)
      : begun_(begun), wanted_(wanted) {
    ++begun_;
  }
  Piece advance() override {
    if (begun_ >= wanted_) return ended_++ == 0 ? Piece::training_ended : Piece::done;
    std::this_thread::yield();
    return Piece::batch;
  }
  EpochReport epoch() const override { return {}; }
  bool stop() override { return false; }

 private:
  std::atomic<std::size_t>& begun_;
  std::size_t wanted_;
  int ended_ = 0;
};

/// Ranks that have so many lanes each, of which one comes late; all members are at work at once.
void play_late(const std::vector<int>& lanes, std::uint32_t members, std::size_t late,
               Record& record) {
  const auto channels = comm::in_process_channels(static_cast<int>(lanes.size()));
  std::vector<std::thread> threads;
  std::atomic<std::size_t> begun{0};
  for (std::size_t rank = 0; rank < lanes.size(); ++rank) {
    threads.emplace_back([&, rank] {
      if (rank == late) std::this_thread::sleep_for(std::chrono::milliseconds(50));
      const Begin begin = [&](const Task& /*task*/) {
        return std::make_unique<GatedTraining>(begun, members);
      };
      play(*channels[rank], members, begin, record, {}, lanes[rank]);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Lanes, get_equal_parts_when_members_are_fewer_and_a_rank_comes_late) {
  for (const std::size_t late : {1U, 3U}) {
    Record record;

    play_late({16, 16, 16, 16}, 20, late, record);

    EXPECT_EQ(record.finishes.size(), 20U);
    EXPECT_THAT(record.first_given,
                ElementsAre(std::pair(0, 5), std::pair(1, 5), std::pair(2, 5), std::pair(3, 5)));
  }
}

TEST(Lanes, get_what_they_can_take_when_ranks_have_different_numbers) {
  Record record;

  play_late({2, 16, 1}, 19, 1, record);

  EXPECT_EQ(record.finishes.size(), 19U);
  EXPECT_THAT(record.first_given, ElementsAre(std::pair(0, 2), std::pair(1, 16), std::pair(2, 1)));
}

class LanesOfThreads : public testing::TestWithParam<int> {};

TEST_P(LanesOfThreads, resolve_every_member_when_ranks_have_several_lanes) {
  Record record;
  const auto channels = comm::in_process_channels(GetParam());
  std::vector<std::thread> threads;
  threads.reserve(channels.size());
  for (const auto& channel : channels) {
    threads.emplace_back([&] { play(*channel, 40, begin_eventful, record, {}, kLanes); });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(record.finishes.size(), 39U);
  EXPECT_THAT(record.lost, ElementsAre(3U));
}

INSTANTIATE_TEST_SUITE_P(ranks, LanesOfThreads, testing::Values(1, 2, 4));

}  // namespace
}  // namespace clvae::schedule
