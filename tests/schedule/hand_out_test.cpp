#include "schedule/hand_out.hpp"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "core/random.hpp"

namespace clvae::schedule {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

Task task(std::uint32_t member, std::uint32_t attempt = 0) {
  return {Kind::clvae, MemberIndex{member}, Attempt{attempt}};
}

std::vector<Task> tasks(std::uint32_t count) {
  std::vector<Task> all;
  for (std::uint32_t member = 0; member < count; ++member) all.push_back(task(member));
  return all;
}

/// The only reply, which must hand a task to `rank`.
Task handed(const std::vector<Reply>& replies, int rank) {
  EXPECT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies.at(0).to, Rank{rank});
  return replies.at(0).task.value();
}

TEST(HandOut, gives_members_in_order_when_ranks_ask) {
  HandOut hand_out(tasks(3), 2, 1);

  EXPECT_EQ(handed(hand_out.request(Rank{1}), 1), task(0));
  EXPECT_EQ(handed(hand_out.request(Rank{0}), 0), task(1));
  EXPECT_EQ(handed(hand_out.request(Rank{1}), 1), task(2));
  EXPECT_EQ(hand_out.running_count(), 3U);
  EXPECT_EQ(hand_out.pending_count(), 0U);
}

TEST(HandOut, tries_a_member_once_when_its_kind_knows_no_chance) {
  const Task pca{Kind::pca, MemberIndex{0}, Attempt{0}};
  HandOut hand_out({pca}, 1, 3);
  EXPECT_TRUE(hand_out.is_last_attempt(pca));
  EXPECT_FALSE(hand_out.is_last_attempt(task(0)));

  hand_out.failed(Rank{0}, handed(hand_out.request(Rank{0}), 0));

  EXPECT_EQ(hand_out.given_up_count(), 1U);
  EXPECT_FALSE(hand_out.request(Rank{0}).at(0).task);
}

TEST(HandOut, gives_more_to_a_rank_when_it_is_faster) {
  HandOut hand_out(tasks(5), 2, 1);
  handed(hand_out.request(Rank{0}), 0);

  for (std::uint32_t member = 1; member < 5; ++member) {
    const Task given = handed(hand_out.request(Rank{1}), 1);
    EXPECT_EQ(given, task(member));
    EXPECT_TRUE(hand_out.done(Rank{1}, given).empty());
  }
  EXPECT_EQ(hand_out.done_count(), 4U);
}

TEST(HandOut, keeps_a_rank_waiting_when_a_running_member_may_still_fail) {
  HandOut hand_out(tasks(1), 2, 2);
  handed(hand_out.request(Rank{0}), 0);

  EXPECT_TRUE(hand_out.request(Rank{1}).empty());
  // The retry goes to the rank that waits.
  EXPECT_EQ(handed(hand_out.failed(Rank{0}, task(0)), 1), task(0, 1));
}

TEST(HandOut, releases_everybody_when_the_last_member_is_done) {
  HandOut hand_out(tasks(1), 3, 1);
  handed(hand_out.request(Rank{2}), 2);
  hand_out.request(Rank{0});

  const auto replies = hand_out.done(Rank{2}, task(0));

  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].to, Rank{0});
  EXPECT_FALSE(replies[0].task.has_value());
  EXPECT_FALSE(hand_out.everyone_released());
  EXPECT_FALSE(hand_out.request(Rank{1}).at(0).task.has_value());
  EXPECT_FALSE(hand_out.request(Rank{2}).at(0).task.has_value());
  EXPECT_TRUE(hand_out.everyone_released());
}

TEST(HandOut, retries_on_the_same_rank_when_it_is_alone) {
  HandOut hand_out(tasks(1), 1, 3);
  handed(hand_out.request(Rank{0}), 0);
  hand_out.failed(Rank{0}, task(0));

  EXPECT_EQ(handed(hand_out.request(Rank{0}), 0), task(0, 1));
}

TEST(HandOut, retries_elsewhere_when_another_rank_has_not_failed_at_the_member) {
  HandOut hand_out(tasks(2), 2, 3);
  handed(hand_out.request(Rank{0}), 0);
  hand_out.failed(Rank{0}, task(0));

  EXPECT_EQ(handed(hand_out.request(Rank{0}), 0), task(1));
  EXPECT_EQ(handed(hand_out.request(Rank{1}), 1), task(0, 1));
  hand_out.failed(Rank{1}, task(0, 1));
  // Now all ranks have failed at it, so any may try.
  EXPECT_EQ(handed(hand_out.request(Rank{1}), 1), task(0, 2));
}

TEST(HandOut, gives_a_member_up_when_its_attempts_are_used) {
  HandOut hand_out({task(0, 1)}, 1, 2);
  handed(hand_out.request(Rank{0}), 0);
  EXPECT_TRUE(hand_out.is_last_attempt(task(0, 1)));

  hand_out.failed(Rank{0}, task(0, 1));

  EXPECT_EQ(hand_out.given_up_count(), 1U);
  EXPECT_FALSE(hand_out.request(Rank{0}).at(0).task.has_value());
}

TEST(HandOut, releases_at_once_when_there_is_nothing_to_do) {
  HandOut hand_out({}, 2, 1);

  EXPECT_FALSE(hand_out.request(Rank{1}).at(0).task.has_value());
}

TEST(HandOut, refuses_what_can_not_be) {
  EXPECT_THROW(HandOut(tasks(1), 0, 1), UsageError);
  EXPECT_THROW(HandOut(tasks(1), 1, 0), UsageError);
  EXPECT_THROW(HandOut({task(0), task(0)}, 1, 1), UsageError);
  EXPECT_THROW(HandOut({task(0, 2)}, 1, 2), UsageError);
  HandOut hand_out(tasks(2), 2, 1);
  handed(hand_out.request(Rank{0}), 0);
  EXPECT_THAT([&] { hand_out.done(Rank{1}, task(0)); },
              ThrowsMessage<RunError>(HasSubstr("not given")));
  EXPECT_THAT([&] { hand_out.failed(Rank{0}, task(1)); },
              ThrowsMessage<RunError>(HasSubstr("not given")));
  EXPECT_THAT([&] { hand_out.request(Rank{2}); }, ThrowsMessage<RunError>(HasSubstr("no rank 2")));
  hand_out.stop();
  hand_out.request(Rank{1});
  EXPECT_THAT([&] { hand_out.request(Rank{1}); },
              ThrowsMessage<RunError>(HasSubstr("out of turn")));
}

/// Plays ranks that ask ahead, finish and fail at random moments, until all are released.
class Simulation {
 public:
  Simulation(std::uint64_t seed, int ranks, std::uint32_t members, int max_attempts)
      : stream_(Seed{seed}),
        hand_out_(tasks(members), ranks, max_attempts),
        ranks_(static_cast<std::size_t>(ranks)) {}

  void run() {
    for (std::size_t rank = 0; rank < ranks_.size(); ++rank) ask(rank);
    for (int step = 0; step < 100000 && !hand_out_.everyone_released(); ++step) {
      const std::size_t rank = stream_.below(ranks_.size());
      if (!ranks_[rank].queue.empty()) work(rank);
    }
  }
  const HandOut& hand_out() const { return hand_out_; }
  const std::map<std::uint32_t, int>& successes() const { return successes_; }

 private:
  struct Player {
    std::deque<Task> queue;
    bool asked_ahead = false;
  };

  void ask(std::size_t rank) { deliver(hand_out_.request(Rank{static_cast<int>(rank)})); }

  void deliver(const std::vector<Reply>& replies) {
    for (const Reply& reply : replies) {
      if (!reply.task) continue;
      ranks_[static_cast<std::size_t>(reply.to.value())].queue.push_back(*reply.task);
      EXPECT_EQ(++running_[reply.task->member.value()], 1) << "trained twice at a time";
    }
  }

  void work(std::size_t rank) {
    Player& player = ranks_[rank];
    const Task current = player.queue.front();
    if (!player.asked_ahead && stream_.below(2) == 0) {
      player.asked_ahead = true;
      ask(rank);
      return;
    }
    player.queue.pop_front();
    --running_[current.member.value()];
    const Rank self{static_cast<int>(rank)};
    if (stream_.below(4) == 0) {
      deliver(hand_out_.failed(self, current));
    } else {
      ++successes_[current.member.value()];
      deliver(hand_out_.done(self, current));
    }
    if (!player.asked_ahead) ask(rank);
    player.asked_ahead = false;
  }

  RandomStream stream_;
  HandOut hand_out_;
  std::vector<Player> ranks_;
  std::map<std::uint32_t, int> running_;
  std::map<std::uint32_t, int> successes_;
};

TEST(HandOut, gives_nothing_more_when_it_was_stopped) {
  HandOut hand_out(tasks(4), 3, 2);
  const Task first = handed(hand_out.request(Rank{0}), 0);
  const Task second = handed(hand_out.request(Rank{1}), 1);

  EXPECT_TRUE(hand_out.stop().empty());
  EXPECT_FALSE(hand_out.request(Rank{2}).at(0).task);
  hand_out.interrupted(Rank{0}, first);
  hand_out.failed(Rank{1}, second);
  EXPECT_FALSE(hand_out.request(Rank{0}).at(0).task);
  EXPECT_FALSE(hand_out.request(Rank{1}).at(0).task);

  EXPECT_TRUE(hand_out.everyone_released());
  EXPECT_EQ(hand_out.interrupted_count(), 1U);
  EXPECT_EQ(hand_out.pending_count(), 3U);
}

TEST(HandOut, releases_those_who_wait_when_it_is_stopped) {
  HandOut hand_out(tasks(1), 2, 2);
  handed(hand_out.request(Rank{0}), 0);
  EXPECT_TRUE(hand_out.request(Rank{1}).empty());

  const std::vector<Reply> replies = hand_out.stop();

  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].to, Rank{1});
  EXPECT_FALSE(replies[0].task);
}

TEST(HandOut, leaves_members_when_they_may_not_start) {
  HandOut hand_out(tasks(3), 1, 1);
  hand_out.admit_only([](const Task& candidate) { return candidate.member == MemberIndex{1}; });

  const Task only = handed(hand_out.request(Rank{0}), 0);
  hand_out.done(Rank{0}, only);

  EXPECT_EQ(only, task(1));
  EXPECT_FALSE(hand_out.request(Rank{0}).at(0).task);
  EXPECT_EQ(hand_out.pending_count(), 2U);
  EXPECT_TRUE(hand_out.everyone_released());
}

/// Every lane of the ranks asks, one rank after the other or all ranks in turn.
std::map<int, int> all_ask(HandOut& hand_out, const std::vector<int>& lanes, bool in_turn) {
  std::map<int, int> given;
  const auto note = [&](const std::vector<Reply>& replies) {
    for (const Reply& reply : replies) given[reply.to.value()] += reply.task ? 1 : 0;
  };
  const auto ask = [&](std::size_t index, int lane) {
    const Rank rank{static_cast<int>(index)};
    if (lane == 0) note(hand_out.set_lanes(rank, lanes[index]));
    if (lane < lanes[index]) note(hand_out.request(rank));
  };
  const int most = *std::max_element(lanes.begin(), lanes.end());
  for (int lane = 0; in_turn && lane < most; ++lane) {
    for (std::size_t rank = 0; rank < lanes.size(); ++rank) ask(rank, lane);
  }
  for (std::size_t rank = 0; !in_turn && rank < lanes.size(); ++rank) {
    for (int lane = 0; lane < most; ++lane) ask(rank, lane);
  }
  return given;
}

using Given = std::map<int, int>;

TEST(FairHandOut, gives_equal_parts_when_members_are_fewer_than_lanes) {
  for (const bool in_turn : {true, false}) {
    HandOut hand_out(tasks(20), 4, 1);

    EXPECT_EQ(all_ask(hand_out, {16, 16, 16, 16}, in_turn), (Given{{0, 5}, {1, 5}, {2, 5}, {3, 5}}))
        << (in_turn ? "all at once" : "one rank before others");
    EXPECT_EQ(hand_out.lane_count(), 64U);
  }
}

TEST(FairHandOut, keeps_members_for_ranks_when_they_have_not_come_yet) {
  HandOut hand_out(tasks(21), 4, 1);
  hand_out.set_lanes(Rank{2}, 16);
  int given = 0;

  for (int lane = 0; lane < 16; ++lane) {
    given += static_cast<int>(hand_out.request(Rank{2}).size());
  }

  EXPECT_EQ(given, 6);
  EXPECT_EQ(hand_out.pending_count(), 15U);
}

TEST(FairHandOut, leaves_to_others_what_ranks_with_fewer_lanes_can_not_take) {
  for (const bool in_turn : {true, false}) {
    HandOut hand_out(tasks(18), 4, 1);

    EXPECT_EQ(all_ask(hand_out, {1, 16, 1, 2}, in_turn), (Given{{0, 1}, {1, 14}, {2, 1}, {3, 2}}));
  }
}

TEST(FairHandOut, fills_all_lanes_when_there_are_more_members) {
  HandOut hand_out(tasks(100), 2, 1);

  EXPECT_EQ(all_ask(hand_out, {16, 4}, false), (Given{{0, 16}, {1, 4}}));
}

TEST(FairHandOut, lets_a_single_lane_ask_ahead_when_there_is_a_member_for_every_other) {
  HandOut hand_out(tasks(3), 2, 1);
  handed(hand_out.request(Rank{0}), 0);
  handed(hand_out.request(Rank{1}), 1);

  EXPECT_EQ(handed(hand_out.request(Rank{0}), 0), task(2));
}

TEST(FairHandOut, serves_a_rank_again_when_its_share_has_ended) {
  HandOut hand_out(tasks(4), 2, 1);
  hand_out.set_lanes(Rank{0}, 4);
  for (int lane = 0; lane < 4; ++lane) hand_out.request(Rank{0});
  EXPECT_EQ(hand_out.running_count(), 2U);

  // The other rank does not come: this one makes all of them in the end.
  for (std::uint32_t member = 0; member < 4; ++member) hand_out.done(Rank{0}, task(member));

  EXPECT_EQ(hand_out.done_count(), 4U);
}

TEST(FairHandOut, gives_lanes_their_share_when_a_rank_opens_more) {
  HandOut hand_out(tasks(8), 2, 1);
  hand_out.set_lanes(Rank{0}, 1);
  hand_out.set_lanes(Rank{1}, 1);
  handed(hand_out.request(Rank{0}), 0);
  handed(hand_out.request(Rank{1}), 1);

  hand_out.set_lanes(Rank{0}, 3);

  handed(hand_out.request(Rank{0}), 0);
  handed(hand_out.request(Rank{0}), 0);
  EXPECT_EQ(hand_out.lane_count(), 4U);
}

TEST(HandOut, gives_the_same_attempt_again_when_a_device_lacked_memory) {
  HandOut hand_out({task(0, 1), task(1)}, 1, 2);
  hand_out.set_lanes(Rank{0}, 2);
  handed(hand_out.request(Rank{0}), 0);
  handed(hand_out.request(Rank{0}), 0);

  EXPECT_TRUE(hand_out.lacked_memory(Rank{0}, task(0, 1)).empty());
  EXPECT_EQ(hand_out.lane_count(), 1U);
  hand_out.done(Rank{0}, task(1));

  EXPECT_EQ(handed(hand_out.request(Rank{0}), 0), task(0, 1));
  hand_out.done(Rank{0}, task(0, 1));
  EXPECT_EQ(hand_out.given_up_count(), 0U);
  // One lane was closed, the other is told that nothing is left.
  hand_out.request(Rank{0});
  EXPECT_TRUE(hand_out.everyone_released());
}

TEST(HandOut, gives_a_member_to_another_rank_when_a_device_lacked_memory) {
  HandOut hand_out(tasks(2), 2, 1);
  hand_out.set_lanes(Rank{0}, 2);
  handed(hand_out.request(Rank{0}), 0);
  const Task second = handed(hand_out.request(Rank{1}), 1);
  hand_out.done(Rank{1}, second);
  EXPECT_TRUE(hand_out.request(Rank{1}).empty());

  EXPECT_EQ(handed(hand_out.lacked_memory(Rank{0}, task(0)), 1), task(0));
}

TEST(HandOut, refuses_lanes_that_can_not_be) {
  HandOut hand_out(tasks(2), 1, 1);
  EXPECT_THAT([&] { hand_out.set_lanes(Rank{0}, 0); },
              ThrowsMessage<RunError>(HasSubstr("0 lanes")));
  EXPECT_THAT([&] { hand_out.set_lanes(Rank{1}, 1); },
              ThrowsMessage<RunError>(HasSubstr("no rank 1")));
  handed(hand_out.request(Rank{0}), 0);
  EXPECT_THAT([&] { hand_out.lacked_memory(Rank{0}, task(0)); },
              ThrowsMessage<RunError>(HasSubstr("no lane left")));
}

TEST(HandOut, is_not_at_its_end_when_a_member_is_finished_though_it_was_stopped) {
  HandOut hand_out(tasks(2), 1, 1);
  const Task finishing = handed(hand_out.request(Rank{0}), 0);
  hand_out.stop();

  EXPECT_FALSE(hand_out.request(Rank{0}).at(0).task);
  EXPECT_FALSE(hand_out.everyone_released());

  hand_out.done(Rank{0}, finishing);
  EXPECT_TRUE(hand_out.everyone_released());
}

TEST(HandOut, resolves_every_member_once_when_ranks_come_and_fail_in_any_order) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const int ranks = 1 + static_cast<int>(seed % 9);
    const auto members = static_cast<std::uint32_t>(seed % 23);
    Simulation simulation(seed, ranks, members, 1 + static_cast<int>(seed % 4));

    simulation.run();

    const HandOut& state = simulation.hand_out();
    ASSERT_TRUE(state.everyone_released()) << "seed " << seed;
    EXPECT_EQ(state.done_count() + state.given_up_count(), members) << "seed " << seed;
    EXPECT_EQ(simulation.successes().size(), state.done_count()) << "seed " << seed;
    for (const auto& [member, count] : simulation.successes()) EXPECT_EQ(count, 1) << member;
  }
}

}  // namespace
}  // namespace clvae::schedule
