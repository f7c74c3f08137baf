#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "comm/mpi_channel.hpp"
#include "schedule/play.hpp"

namespace clvae::schedule {
namespace {

using testing::ElementsAre;

TEST(Ranks, resolve_every_member_when_some_attempts_fail) {
  const auto world = comm::Communicator::world();
  comm::MpiChannel channel(world);
  Record record;

  play(channel, 12, begin_eventful, record);

  if (!world.is_root()) return;
  EXPECT_EQ(record.finishes.size(), 11U);
  EXPECT_EQ(record.finishes.at(2), 2U);
  EXPECT_THAT(record.lost, ElementsAre(3U));
}

TEST(Ranks, resolve_every_member_when_each_has_several_in_training_at_once) {
  const auto world = comm::Communicator::world();
  comm::MpiChannel channel(world);
  Record record;

  play(channel, 30, begin_eventful, record, {}, 4);

  if (!world.is_root()) return;
  EXPECT_EQ(record.finishes.size(), 29U);
  EXPECT_THAT(record.lost, ElementsAre(3U));
}

TEST(Ranks, all_come_home_when_there_are_fewer_members_than_ranks) {
  const auto world = comm::Communicator::world();
  comm::MpiChannel channel(world);
  Record record;

  play(channel, 1, begin_eventful, record);

  EXPECT_EQ(record.finishes.size(), world.is_root() ? 1U : 0U);
}

TEST(Ranks, give_their_members_back_when_the_last_rank_is_told_to_stop) {
  const auto world = comm::Communicator::world();
  comm::MpiChannel channel(world);
  Record record;
  const bool is_last = world.rank().value() == world.size() - 1;
  bool at_work = false;
  const Begin begin = [&](const Task& /*task*/) {
    at_work = true;
    return std::make_unique<EndlessTraining>();
  };

  play(channel, 20, begin, record, [&]() -> std::optional<std::string> {
    if (!is_last || !at_work) return std::nullopt;
    return "enough";
  });

  if (!world.is_root()) return;
  EXPECT_EQ(record.stops.size(), 1U);
  EXPECT_GE(record.given_back.size(), 1U);
  EXPECT_TRUE(record.finishes.empty());
}

}  // namespace
}  // namespace clvae::schedule
