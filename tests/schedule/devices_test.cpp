// What becomes of members where a device has too little memory, or is lost.

#include <algorithm>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "comm/in_process.hpp"
#include "core/random.hpp"
#include "schedule/play.hpp"

namespace clvae::schedule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

/// A device with room for so many members, which tells how many it held.
struct Device {
  int room = 0;
  int held = 0;
  int most_held = 0;
};

/// Takes its place on the device as it is begun, or in the midst of its batches.
class HungryTraining : public Training {
 public:
  HungryTraining(Device& device, int batches_before, int batches)
      : device_(device), batches_before_(batches_before), batches_(batches) {
    if (batches_before_ == 0) take_place();
  }
  ~HungryTraining() override { device_.held -= has_place_ ? 1 : 0; }

  Piece advance() override {
    ++made_;
    if (!has_place_ && made_ > batches_before_) take_place();
    if (made_ <= batches_) return Piece::batch;
    constexpr int kEncodings = 4;
    if (made_ == batches_ + 1) return Piece::training_ended;
    return made_ <= batches_ + kEncodings ? Piece::batch : Piece::done;
  }
  EpochReport epoch() const override { return {}; }
  bool stop() override { return false; }

 private:
  void take_place() {
    if (device_.held == device_.room) throw DeviceMemoryError("2 GiB are wanted, 1 is free");
    has_place_ = true;
    device_.most_held = std::max(device_.most_held, ++device_.held);
  }

  Device& device_;
  int batches_before_;
  int batches_;
  int made_ = 0;
  bool has_place_ = false;
};

Begin begin_on(Device& device, int batches_before = 0, int batches = 5) {
  return [&device, batches_before, batches](const Task& /*task*/) {
    return std::make_unique<HungryTraining>(device, batches_before, batches);
  };
}

TEST(DeviceMemory, lacks_only_lanes_when_members_do_not_all_fit) {
  for (const int batches_before : {0, 3, 6}) {  // at the start, in training, in encoding
    const auto channels = comm::in_process_channels(1);
    Record record;
    Device device{3, 0, 0};

    play(*channels[0], 20, begin_on(device, batches_before), record, {}, 8);

    EXPECT_EQ(record.finishes.size(), 20U) << batches_before;
    for (const auto& [member, attempt] : record.finishes) EXPECT_EQ(attempt, 0U) << member;
    EXPECT_THAT(record.failures, IsEmpty());
    EXPECT_EQ(device.most_held, 3);
    EXPECT_THAT(record.put_off, SizeIs(testing::Le(7U)));
    EXPECT_EQ(record.last_shortage, "2 GiB are wanted, 1 is free");
  }
}

TEST(DeviceMemory, fails_the_attempt_when_a_member_has_no_room_alone) {
  const auto channels = comm::in_process_channels(1);
  Record record;
  Device device{0, 0, 0};

  play(*channels[0], 1, begin_on(device), record, {}, 4);

  EXPECT_THAT(record.lost, ElementsAre(0U));
  EXPECT_THAT(record.failures.at(0), SizeIs(3));
  EXPECT_EQ(record.failures.at(0).back(),
            "the memory of the device is too small for one member: 2 GiB are wanted, 1 is free");
}

TEST(DeviceMemory, passes_members_on_when_another_rank_has_room) {
  const auto channels = comm::in_process_channels(2);
  Record record;
  Device small{1, 0, 0};
  Device large{8, 0, 0};

  std::thread other([&] { play(*channels[1], 30, begin_on(small), record, {}, 8); });
  play(*channels[0], 30, begin_on(large), record, {}, 8);
  other.join();

  EXPECT_EQ(record.finishes.size(), 30U);
  EXPECT_THAT(record.failures, IsEmpty());
  EXPECT_LE(small.most_held, 1);
  for (const auto& [rank, task] : record.put_off) EXPECT_EQ(rank, Rank{1});
}

TEST(DeviceMemory, keeps_members_for_the_next_job_when_the_job_stops_meanwhile) {
  const auto channels = comm::in_process_channels(1);
  Record record;
  Device device{2, 0, 0};
  int looks = 0;

  play(
      *channels[0], 12, begin_on(device, 0, 1000), record,
      [&]() -> std::optional<std::string> {
        if (++looks < 50) return std::nullopt;
        return "enough";
      },
      4);

  EXPECT_THAT(record.given_back, SizeIs(2));
  EXPECT_THAT(record.put_off, SizeIs(2));
  EXPECT_THAT(record.finishes, IsEmpty());
}

/// Loses its device after so many pieces of all members there.
class DoomedTraining : public Training {
 public:
  DoomedTraining(int& pieces_left, int& told_to_stop)
      : pieces_left_(pieces_left), told_to_stop_(told_to_stop) {}
  Piece advance() override {
    if (pieces_left_ <= 0) ++advanced_after_;
    EXPECT_LE(advanced_after_, 1) << "a lost device was used again";
    if (--pieces_left_ == 0) throw DeviceLostError("CUDA error: an illegal memory access");
    return Piece::batch;
  }
  EpochReport epoch() const override { return {}; }
  bool stop() override {
    ++told_to_stop_;
    return false;
  }

 private:
  int& pieces_left_;
  int& told_to_stop_;
  int advanced_after_ = 0;
};

TEST(LostDevice, gives_its_members_back_and_stops_all_ranks) {
  for (const int doomed_rank : {0, 1}) {
    const auto channels = comm::in_process_channels(2);
    Record record;
    int pieces_left = 25;
    int told_to_stop = 0;
    const Begin doomed = [&](const Task& /*task*/) {
      return std::make_unique<DoomedTraining>(pieces_left, told_to_stop);
    };
    const Begin endless = [](const Task& /*task*/) { return std::make_unique<EndlessTraining>(); };

    std::thread other(
        [&] { play(*channels[1], 20, doomed_rank == 1 ? doomed : endless, record, {}, 4); });
    play(*channels[0], 20, doomed_rank == 0 ? doomed : endless, record, {}, 4);
    other.join();

    const std::string rank = std::to_string(doomed_rank);
    EXPECT_THAT(record.stops, ElementsAre(rank + ": rank " + rank +
                                          " lost its device: CUDA error: "
                                          "an illegal memory access"));
    EXPECT_THAT(record.failures, IsEmpty());
    EXPECT_EQ(told_to_stop, 0) << "nothing can be kept of what was there";
    EXPECT_GE(record.given_back.size(), 4U);
    EXPECT_EQ(record.given_back.size(), record.starts.size());
  }
}

TEST(LostDevice, fails_nobody_when_it_is_lost_as_a_member_is_begun) {
  const auto channels = comm::in_process_channels(1);
  Record record;
  const Begin lost = [](const Task& /*task*/) -> std::unique_ptr<Training> {
    throw DeviceLostError("CUDA error: unspecified launch failure");
  };

  play(*channels[0], 6, lost, record, {}, 4);

  EXPECT_THAT(record.stops, ElementsAre(HasSubstr("unspecified launch failure")));
  EXPECT_THAT(record.failures, IsEmpty());
  EXPECT_THAT(record.given_back, SizeIs(4));
}

/// Rooms that change, failures and shortages at random moments.
TEST(DeviceMemory, resolves_every_member_when_ranks_fail_and_lack_memory_in_any_order) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RandomStream stream(Seed{seed});
    const int ranks = 1 + static_cast<int>(stream.below(3));
    const auto members = static_cast<std::uint32_t>(stream.below(40));
    const auto channels = comm::in_process_channels(ranks);
    Record record;
    std::vector<Device> devices;
    for (int rank = 0; rank < ranks; ++rank) {
      devices.push_back({1 + static_cast<int>(stream.below(6)), 0, 0});
    }
    std::vector<std::thread> threads;
    for (std::size_t rank = 0; rank < channels.size(); ++rank) {
      const int lanes = 1 + static_cast<int>(stream.below(8));
      threads.emplace_back([&, rank, lanes] {
        const Begin begin = [&, rank](const Task& task) -> std::unique_ptr<Training> {
          if (task.member.value() % 7 == 3 && task.attempt.value() == 0) {
            throw AttemptError("the loss became nan");
          }
          const auto member = static_cast<int>(task.member.value());
          return std::make_unique<HungryTraining>(devices[rank], member % 8, 2 + member % 5);
        };
        play(*channels[rank], members, begin, record, {}, lanes);
      });
    }
    for (std::thread& thread : threads) thread.join();

    EXPECT_EQ(record.finishes.size(), members) << "seed " << seed;
    EXPECT_THAT(record.lost, IsEmpty());
    for (const Device& device : devices) EXPECT_EQ(device.held, 0);
  }
}

}  // namespace
}  // namespace clvae::schedule
