#include "comm/communicator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "comm/places.hpp"

namespace clvae::comm {
namespace {

using testing::HasSubstr;

TEST(Communicator, gathers_texts_in_rank_order_when_they_differ_in_length) {
  const auto world = Communicator::world();
  const std::string own(static_cast<std::size_t>(world.rank().value()) * 1000, 'x');

  const auto texts = world.all_gather(own);

  ASSERT_EQ(texts.size(), static_cast<std::size_t>(world.size()));
  for (std::size_t rank = 0; rank < texts.size(); ++rank) {
    EXPECT_EQ(texts[rank], std::string(rank * 1000, 'x'));
  }
}

TEST(Communicator, gathers_values_on_rank_zero_alone) {
  const auto world = Communicator::world();
  const auto own = static_cast<double>(world.rank().value());

  const auto values = world.gather(std::vector<double>(static_cast<std::size_t>(own) + 1, own));

  if (!world.is_root()) {
    EXPECT_TRUE(values.empty());
    return;
  }
  for (std::size_t rank = 0; rank < values.size(); ++rank) {
    EXPECT_EQ(values[rank], std::vector<double>(rank + 1, static_cast<double>(rank)));
  }
}

TEST(Communicator, adds_values_up_on_rank_zero_alone) {
  const auto world = Communicator::world();
  const auto own = static_cast<double>(world.rank().value());

  const auto sums = world.sum({1, own});

  if (!world.is_root()) {
    EXPECT_TRUE(sums.empty());
    return;
  }
  const auto ranks = static_cast<double>(world.size());
  EXPECT_EQ(sums, (std::vector<double>{ranks, ranks * (ranks - 1) / 2}));
}

TEST(Communicator, broadcasts_rank_zeros_bytes_into_memory_of_all_ranks) {
  const auto world = Communicator::world();
  std::vector<std::byte> bytes(1000, world.is_root() ? std::byte{7} : std::byte{0});

  world.broadcast(gsl::make_span(bytes).subspan(1, 998));

  const std::byte others = world.is_root() ? std::byte{7} : std::byte{0};
  EXPECT_EQ(bytes.front(), others);
  EXPECT_EQ(bytes.back(), others);
  EXPECT_EQ(std::vector<std::byte>(bytes.begin() + 1, bytes.end() - 1),
            std::vector<std::byte>(998, std::byte{7}));
}

TEST(Communicator, broadcasts_rank_zeros_text_when_it_has_zero_bytes) {
  const auto world = Communicator::world();
  const std::string text("a\0b", 3);

  EXPECT_EQ(world.broadcast(world.is_root() ? text : "other"), text);
  EXPECT_EQ(world.broadcast(world.is_root() ? "" : "other"), "");
}

TEST(Communicator, keeps_its_rank_when_moved) {
  auto world = Communicator::world();
  auto other = world.duplicate();

  other = std::move(world);

  EXPECT_EQ(other.all_gather("x").size(), static_cast<std::size_t>(other.size()));
}

TEST(Communicator, has_all_ranks_on_this_host_when_there_is_one_host) {
  const auto world = Communicator::world();

  EXPECT_EQ(world.on_this_host().size(), world.size());
}

TEST(Together, lets_all_go_on_when_none_throws) {
  const auto world = Communicator::world();
  int calls = 0;

  together(world, [&] { ++calls; });

  EXPECT_EQ(calls, 1);
}

TEST(Together, throws_the_same_on_all_ranks_when_the_last_one_throws) {
  const auto world = Communicator::world();
  const Rank last{world.size() - 1};

  try {
    together(world, [&] {
      if (world.rank() == last) throw DataError("images.gz", "nothing", "images");
    });
    FAIL() << "nothing was thrown";
  } catch (const SharedError& error) {
    EXPECT_EQ(error.exit_status(), ExitStatus::usage);
    EXPECT_EQ(error.first_rank(), last);
    EXPECT_THAT(error.what(), HasSubstr("images.gz"));
  }
}

TEST(Together, throws_the_lowest_ranks_error_when_all_throw) {
  const auto world = Communicator::world();

  try {
    together(world, [&] { throw std::runtime_error(std::to_string(world.rank().value())); });
    FAIL() << "nothing was thrown";
  } catch (const SharedError& error) {
    EXPECT_EQ(error.exit_status(), ExitStatus::run_failed);
    EXPECT_STREQ(error.what(), "0");
  }
}

TEST(GatherPlaces, knows_every_ranks_host_and_place_there) {
  const auto world = Communicator::world();

  const auto places = gather_places(world, world.rank().value());

  ASSERT_EQ(places.size(), static_cast<std::size_t>(world.size()));
  for (std::size_t rank = 0; rank < places.size(); ++rank) {
    EXPECT_EQ(places[rank].local_rank, static_cast<int>(rank));
    EXPECT_EQ(places[rank].visible_cuda_devices, static_cast<int>(rank));
    EXPECT_EQ(places[rank].host, places[0].host);
    EXPECT_FALSE(places[rank].host.empty());
  }
}

}  // namespace
}  // namespace clvae::comm
