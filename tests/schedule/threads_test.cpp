#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "comm/in_process.hpp"
#include "schedule/play.hpp"

namespace clvae::schedule {
namespace {

using testing::ElementsAre;

void play_on_threads(int ranks, std::uint32_t members, const Trainer& trainer, Record& record) {
  const auto channels = comm::in_process_channels(ranks);
  std::vector<std::thread> threads;
  threads.reserve(channels.size());
  for (const auto& channel : channels) {
    threads.emplace_back([&] { play(*channel, members, trainer, record); });
  }
  for (std::thread& thread : threads) thread.join();
}

class Threads : public testing::TestWithParam<int> {};

TEST_P(Threads, resolve_every_member_when_some_attempts_fail) {
  Record record;

  play_on_threads(GetParam(), 12, eventful_trainer, record);

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

  play_on_threads(GetParam(), 1, eventful_trainer, record);

  EXPECT_EQ(record.finishes.size(), 1U);
}

TEST_P(Threads, all_come_home_when_there_is_nothing_to_do) {
  Record record;

  play_on_threads(GetParam(), 0, eventful_trainer, record);

  EXPECT_TRUE(record.starts.empty());
}

TEST_P(Threads, give_their_members_back_when_one_rank_is_told_to_stop) {
  const int ranks = GetParam();
  const int told = ranks - 1;
  const auto channels = comm::in_process_channels(ranks);
  std::atomic<int> at_work{0};
  Record record;
  const Trainer trainer = [&](const Task& task, const TrainerHooks& hooks) {
    ++at_work;
    endless_trainer(task, hooks);
  };
  std::vector<std::thread> threads;
  for (const auto& channel : channels) {
    threads.emplace_back([&, rank = channel->rank()] {
      play(*channel, 20, trainer, record, [&, rank]() -> std::optional<std::string> {
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

TEST(Threads, are_served_between_batches_when_rank_zero_trains) {
  // Rank 0's member ends only when all others are done: without service in between it never would.
  std::atomic<int> done_elsewhere{0};
  const auto channels = comm::in_process_channels(2);
  Record record;
  const Trainer waits = [&](const Task& /*task*/, const TrainerHooks& hooks) {
    while (done_elsewhere < 3) {
      hooks.between_batches();
      std::this_thread::yield();
    }
  };
  const Trainer counts = [&](const Task& /*task*/, const TrainerHooks& hooks) {
    // Starts once rank 0 is at work, so that rank 0 has the fourth member.
    hooks.training_ended();
    ++done_elsewhere;
  };
  std::thread worker([&] { play(*channels[1], 4, counts, record); });
  play(*channels[0], 4, waits, record);
  worker.join();

  EXPECT_EQ(record.finishes.size(), 4U);
}

TEST(Worker, ends_the_job_when_the_run_file_can_not_be_written) {
  const auto channels = comm::in_process_channels(1);
  Record record;
  const Trainer broken = [](const Task& /*task*/, const TrainerHooks& /*hooks*/) {
    throw IoError("run.h5", "write", 28);
  };

  EXPECT_THROW(play(*channels[0], 2, broken, record), IoError);
}

}  // namespace
}  // namespace clvae::schedule
