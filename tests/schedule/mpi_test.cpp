#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/comm/mpi_channel.hpp"
#include "schedule/play.hpp"

namespace clvae::schedule {
namespace {

using testing::ElementsAre;

TEST(Ranks, resolve_every_member_when_some_attempts_fail) {
  const auto world = comm::Communicator::world();
  comm::MpiChannel channel(world);
  Record record;

  play(channel, 12, eventful_trainer, record);

  if (!world.is_root()) return;
  EXPECT_EQ(record.finishes.size(), 11U);
  EXPECT_EQ(record.finishes.at(2), 2U);
  EXPECT_THAT(record.lost, ElementsAre(3U));
}

TEST(Ranks, all_come_home_when_there_are_fewer_members_than_ranks) {
  const auto world = comm::Communicator::world();
  comm::MpiChannel channel(world);
  Record record;

  play(channel, 1, eventful_trainer, record);

  EXPECT_EQ(record.finishes.size(), world.is_root() ? 1U : 0U);
}

}  // namespace
}  // namespace clvae::schedule
