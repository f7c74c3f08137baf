#include "comm/shared_memory.hpp"

#include <cstdint>
#include <limits>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clvae::comm {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::size_t kBytes = 100'000;  // no whole number of pages

TEST(SharedMemory, shows_every_rank_what_each_has_written) {
  const Communicator host = Communicator::world().on_this_host();
  const auto ranks = static_cast<std::size_t>(host.size());
  const auto rank = static_cast<std::size_t>(host.rank().value());
  const SharedMemory memory(host, kBytes);
  const gsl::span<std::byte> bytes = memory.bytes();
  ASSERT_EQ(bytes.size(), kBytes);

  memory.synchronise();
  for (std::size_t i = rank; i < kBytes; i += ranks) bytes[i] = static_cast<std::byte>(i % 251);
  memory.synchronise();

  for (std::size_t i = 0; i < kBytes; ++i) {
    ASSERT_EQ(bytes[i], static_cast<std::byte>(i % 251)) << "byte " << i;
  }
  memory.synchronise();  // before any rank gives it back
}

TEST(SharedMemory, is_aligned_for_numbers) {
  const Communicator host = Communicator::world().on_this_host();

  const SharedMemory memory(host, kBytes);

  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory.bytes().data()) % alignof(double), 0U);
}

TEST(SharedMemory, goes_over_when_it_is_moved) {
  const Communicator host = Communicator::world().on_this_host();
  SharedMemory first(host, kBytes);
  std::byte* const place = first.bytes().data();

  SharedMemory second(std::move(first));
  SharedMemory third(host, 1);
  third = std::move(second);

  EXPECT_EQ(third.bytes().data(), place);
  EXPECT_EQ(third.bytes().size(), kBytes);
}

TEST(SharedMemory, can_be_had_again_and_again) {
  const Communicator host = Communicator::world().on_this_host();

  for (int i = 0; i < 20; ++i) EXPECT_EQ(SharedMemory(host, kBytes).bytes().size(), kBytes);
}

TEST(SharedMemory, is_refused_on_every_rank_when_the_host_has_too_little) {
  const Communicator host = Communicator::world().on_this_host();
  if (free_shared_memory() == std::numeric_limits<std::size_t>::max()) {
    GTEST_SKIP() << "this system has no /dev/shm";
  }
  constexpr std::size_t kFar = std::size_t{1} << 60U;

  EXPECT_THAT([&] { SharedMemory(host, kFar); },
              ThrowsMessage<RunError>(HasSubstr("/dev/shm has ")));
}

}  // namespace
}  // namespace clvae::comm
