// Batches of samples that are read block by block, beside those of samples in memory.

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "train/batches.hpp"

namespace clvae::train {
namespace {

/// Samples that are handed out as if they were in a file.
class InMemory : public SampleSource {
 public:
  InMemory(Values values, std::size_t per_sample)
      : values_(std::move(values)), per_sample_(per_sample) {}
  std::size_t size() const override { return values_.size() / per_sample_; }
  std::size_t values_per_sample() const override { return per_sample_; }
  ValueType type() const override { return values_.type(); }
  void read(std::size_t first, std::size_t count, gsl::span<std::byte> destination) const override {
    const auto* const all = values_.are_bytes()
                                ? reinterpret_cast<const std::byte*>(values_.bytes().data())
                                : reinterpret_cast<const std::byte*>(values_.numbers().data());
    std::memcpy(destination.data(), all + first * bytes_per_sample(), count * bytes_per_sample());
  }

 private:
  Values values_;
  std::size_t per_sample_;
};

struct Case {
  std::int64_t samples;
  int channels;
  bool are_bytes;
  std::int64_t room;       ///< samples that the buffer holds
  std::int64_t per_block;  ///< samples
};

class DeviceSamplesTest : public testing::TestWithParam<Case> {};

TEST_P(DeviceSamplesTest, pairs_every_sample_with_its_class_when_it_reads_block_by_block) {
  const Case given = GetParam();
  const networks::SampleSize sample{given.channels, 4, 6};
  const auto per_sample = static_cast<std::size_t>(sample.values());
  const auto count = static_cast<std::size_t>(given.samples);
  RandomStream stream(Seed{3});
  std::vector<std::uint8_t> bytes(given.are_bytes ? count * per_sample : 0);
  for (auto& value : bytes) value = static_cast<std::uint8_t>(stream.below(256));
  std::vector<float> numbers(given.are_bytes ? 0 : count * per_sample);
  for (auto& value : numbers) value = static_cast<float>(stream.below(1000)) / 1000.0F;
  const Values values = given.are_bytes ? Values(bytes) : Values(numbers);
  std::vector<std::int32_t> classes(count);
  for (auto& label : classes) label = static_cast<std::int32_t>(stream.below(9));
  const auto source = std::make_shared<InMemory>(values, per_sample);
  const auto room_bytes = static_cast<std::size_t>(given.room) * source->bytes_per_sample();
  const DeviceSamples streamed(
      {Values(source), classes}, sample, torch::kCPU,
      std::make_shared<SampleBuffer>(room_bytes, count * source->bytes_per_sample()),
      given.per_block);
  const DeviceSamples resident({values, classes}, sample, torch::kCPU);
  const torch::Tensor all = resident.images(0, given.samples);
  ASSERT_TRUE(torch::equal(streamed.classes(), resident.classes()));

  const EpochOrder order = streamed.order(Seed{5});

  constexpr std::int64_t kBatch = 7;  // no divisor of a group: batches straddle them
  for (std::int64_t begin = 0; begin < given.samples; begin += kBatch) {
    const std::int64_t size = std::min(kBatch, given.samples - begin);
    const torch::Tensor wanted = all.index_select(0, order.samples.narrow(0, begin, size));
    EXPECT_TRUE(torch::equal(streamed.images(order, begin, size), wanted)) << "from " << begin;
  }
  const torch::Tensor sorted = std::get<0>(order.samples.sort());
  EXPECT_TRUE(torch::equal(sorted, torch::arange(given.samples)));
}

INSTANTIATE_TEST_SUITE_P(blocks, DeviceSamplesTest,
                         testing::Values(Case{103, 1, true, 40, 10}, Case{103, 3, true, 40, 10},
                                         Case{103, 1, false, 33, 16}, Case{96, 3, false, 16, 8},
                                         Case{30, 1, true, 30, 400}));

}  // namespace
}  // namespace clvae::train
