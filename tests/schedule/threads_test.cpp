#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "comm/in_process.hpp"
#include "schedule/play.hpp"

namespace clvae::schedule {
namespace {

using testing::ElementsAre;

void play_on_threads(int ranks, std::uint32_t members, const Begin& begin, Record& record,
                     int lanes = 1) {
  const auto channels = comm::in_process_channels(ranks);
  std::vector<std::thread> threads;
  threads.reserve(channels.size());
  for (const auto& channel : channels) {
    threads.emplace_back([&] { play(*channel, members, begin, record, {}, lanes); });
  }
  for (std::thread& thread : threads) thread.join();
}

class Threads : public testing::TestWithParam<int> {};

TEST_P(Threads, resolve_every_member_when_some_attempts_fail) {
  Record record;

  play_on_threads(GetParam(), 12, begin_eventful, record);

  EXPECT_EQ(record.finishes.size(), 11U);
  EXPECT_EQ(record.finishes.at(0), 0U);
  EXPECT_EQ(record.finishes.at(1), 1U);
  EXPECT_EQ(record.finishes.at(2), 2U);
  EXPECT_THAT(record.lost, ElementsAre(3U));
  EXPECT_THAT(record.failures.at(1), ElementsAre("the loss became nan"));
  EXPECT_THAT(record.failures.at(2), ElementsAre("out of luck", "out of luck"));
  EXPECT_EQ(record.failures.at(3).size(), 3U);
  EXPECT_EQ(record.last_epoch.at(11), 3);
  EXPECT_EQ(record.starts.size(), 12U + 1 + 2 + 2);
}

TEST_P(Threads, all_come_home_when_there_are_fewer_members_than_ranks) {
  Record record;

  play_on_threads(GetParam(), 1, begin_eventful, record);

  EXPECT_EQ(record.finishes.size(), 1U);
}

TEST_P(Threads, all_come_home_when_there_is_nothing_to_do) {
  Record record;

  play_on_threads(GetParam(), 0, begin_eventful, record);

  EXPECT_TRUE(record.starts.empty());
}

TEST_P(Threads, give_their_members_back_when_one_rank_is_told_to_stop) {
  const int ranks = GetParam();
  const int told = ranks - 1;
  const auto channels = comm::in_process_channels(ranks);
  std::atomic<int> at_work{0};
  Record record;
  const Begin begin = [&](const Task& /*task*/) {
    ++at_work;
    return std::make_unique<EndlessTraining>();
  };
  std::vector<std::thread> threads;
  for (const auto& channel : channels) {
    threads.emplace_back([&, rank = channel->rank()] {
      play(*channel, 20, begin, record, [&, rank]() -> std::optional<std::string> {
        if (rank != Rank{told} || at_work < ranks) return std::nullopt;
        return "enough";
      });
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_THAT(record.stops, ElementsAre(std::to_string(told) + ": enough"));
  EXPECT_EQ(record.given_back.size(), static_cast<std::size_t>(ranks));
  EXPECT_TRUE(record.finishes.empty());
  EXPECT_TRUE(record.failures.empty());
}

INSTANTIATE_TEST_SUITE_P(ranks, Threads, testing::Values(1, 2, 4, 8));

/// Has batches until so many are done elsewhere.
class WaitingTraining : public EndlessTraining {
 public:
  WaitingTraining(const std::atomic<int>& done_elsewhere, int wanted)
      : done_elsewhere_(done_elsewhere), wanted_(wanted) {}
  Piece advance() override {
    return done_elsewhere_ < wanted_ ? EndlessTraining::advance() : Piece::done;
  }

 private:
  const std::atomic<int>& done_elsewhere_;
  int wanted_;
};

/// Is done at once, and counted.
class CountedTraining : public EndlessTraining {
 public:
  explicit CountedTraining(std::atomic<int>& done) : done_(done) {}
  Piece advance() override {
    if (!has_ended_) {
      has_ended_ = true;
      return Piece::training_ended;
    }
    ++done_;
    return Piece::done;
  }

 private:
  std::atomic<int>& done_;
  bool has_ended_ = false;
};

TEST(Threads, are_served_between_batches_when_rank_zero_trains) {
  // Rank 0's member ends only when all others are done: without service in between it never would.
  std::atomic<int> done_elsewhere{0};
  const auto channels = comm::in_process_channels(2);
  Record record;
  const Begin waits = [&](const Task& /*task*/) {
    return std::make_unique<WaitingTraining>(done_elsewhere, 3);
  };
  const Begin counts = [&](const Task& /*task*/) {
    return std::make_unique<CountedTraining>(done_elsewhere);
  };
  std::thread worker([&] { play(*channels[1], 4, counts, record); });
  play(*channels[0], 4, waits, record);
  worker.join();

  EXPECT_EQ(record.finishes.size(), 4U);
}

TEST(Worker, ends_the_job_when_the_run_file_can_not_be_written) {
  const auto channels = comm::in_process_channels(1);
  Record record;
  const Begin broken = [](const Task& /*task*/) -> std::unique_ptr<Training> {
    throw IoError("run.h5", "write", 28);
  };

  EXPECT_THROW(play(*channels[0], 2, broken, record), IoError);
}

}  // namespace
}  // namespace clvae::schedule
