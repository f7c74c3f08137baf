#include <gtest/gtest.h>

#include "comm/in_process.hpp"
#include "comm/mpi_channel.hpp"
#include "comm/patience.hpp"

namespace clvae::comm {
namespace {

Message receive(Channel& channel) {
  Patience patience;
  while (true) {
    if (auto message = channel.try_receive()) return *message;
    patience.wait();
  }
}

TEST(MpiChannel, keeps_the_order_when_everybody_sends_to_everybody) {
  const auto world = Communicator::world();
  MpiChannel channel(world);
  constexpr int kMessages = 50;

  for (int number = 0; number < kMessages; ++number) {
    for (int to = 0; to < channel.size(); ++to) channel.send(Rank{to}, std::to_string(number));
  }

  std::vector<int> next(static_cast<std::size_t>(channel.size()), 0);
  for (int i = 0; i < kMessages * channel.size(); ++i) {
    const Message message = receive(channel);
    int& expected = next[static_cast<std::size_t>(message.source.value())];
    EXPECT_EQ(message.bytes, std::to_string(expected));
    ++expected;
  }
  EXPECT_FALSE(channel.try_receive().has_value());
}

TEST(MpiChannel, carries_large_and_empty_messages) {
  const auto world = Communicator::world();
  MpiChannel channel(world);
  const Rank next{(channel.rank().value() + 1) % channel.size()};
  const std::string large(3000000, static_cast<char>('a' + channel.rank().value()));

  channel.send(next, large);
  channel.send(next, "");

  const Message first = receive(channel);
  EXPECT_EQ(first.bytes, std::string(3000000, static_cast<char>('a' + first.source.value())));
  EXPECT_EQ(receive(channel).bytes, "");
}

TEST(MpiChannel, does_not_mix_messages_when_there_are_two_channels) {
  const auto world = Communicator::world();
  MpiChannel one(world);
  MpiChannel two(world);

  one.send(one.rank(), "one");
  two.send(two.rank(), "two");

  EXPECT_EQ(receive(two).bytes, "two");
  EXPECT_EQ(receive(one).bytes, "one");
}

TEST(InProcessChannels, deliver_to_the_named_rank_alone) {
  const auto channels = in_process_channels(3);

  channels[2]->send(Rank{1}, "hello");
  channels[2]->send(Rank{2}, "self");

  EXPECT_FALSE(channels[0]->try_receive().has_value());
  const auto message = channels[1]->try_receive();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->source, Rank{2});
  EXPECT_EQ(message->bytes, "hello");
  EXPECT_EQ(channels[2]->try_receive()->bytes, "self");
}

}  // namespace
}  // namespace clvae::comm
