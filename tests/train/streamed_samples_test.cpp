// Samples that are read when they are asked for.

#include <algorithm>
#include <cstring>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "train/fixture.hpp"
#include "train/replaying_lane.hpp"
#include "train/throughput.hpp"

namespace clvae::train {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::size_t kBytes = kSize * kSize;

/// Where reads went to, and how much they were.
struct Ledger {
  const std::byte* lowest = nullptr;
  const std::byte* highest = nullptr;
  std::size_t samples = 0;
  std::size_t fails_after = 1U << 30U;  ///< samples

  std::size_t extent() const { return static_cast<std::size_t>(highest - lowest); }
  void note(gsl::span<const std::byte> destination, std::size_t count) {
    const std::byte* const end = destination.data() + destination.size();
    lowest = lowest == nullptr ? destination.data() : std::min(lowest, destination.data());
    highest = highest == nullptr ? end : std::max(highest, end);
    samples += count;
    if (samples > fails_after) throw DataError("images.h5", "nothing", "images");
  }
};

/// Images that are handed out as if they were in a file.
class Streamed : public SampleSource {
 public:
  Streamed(const std::vector<std::uint8_t>& pixels, Ledger& ledger)
      : pixels_(pixels), ledger_(ledger) {}
  std::size_t size() const override { return pixels_.size() / kBytes; }
  std::size_t values_per_sample() const override { return kBytes; }
  ValueType type() const override { return ValueType::byte; }
  void read(std::size_t first, std::size_t count, gsl::span<std::byte> destination) const override {
    ASSERT_EQ(destination.size(), count * kBytes);
    ledger_.note(destination, count);
    std::memcpy(destination.data(), &pixels_[first * kBytes], destination.size());
  }

 private:
  const std::vector<std::uint8_t>& pixels_;
  Ledger& ledger_;
};

class StreamedSamplesTest : public TrainerTest {
 protected:
  static constexpr std::int64_t kRoom = 260;  // of the 600 training samples
  static constexpr std::int64_t kPerBlock = 50;

  StreamedSamplesTest() { train_ = barred_images(600, 1); }

  Trainer streamed(TrainingOptions options, std::int64_t room) {
    options.stream = {static_cast<std::size_t>(room) * kBytes, kPerBlock};
    return {options,
            {source(train_), train_.classes},
            {source(validation_), validation_.classes},
            {source(test_), {}}};
  }

  std::shared_ptr<const SampleSource> source(const Images& images) {
    return std::make_shared<Streamed>(images.pixels, ledger_);
  }

  Ledger ledger_;
};

TEST_F(StreamedSamplesTest, give_the_same_bits_when_their_lane_could_replay) {
  const auto log = std::make_shared<LaneLog>();
  Trainer replaying = streamed(small_options(), kRoom);
  replaying.use_lanes([&] { return std::make_unique<ReplayingLane>(log, 2); });

  const AutoencoderResult member = replaying.train_clvae(Seed{1}, centres_, {});

  EXPECT_EQ(log->recordings, 0);  // the host reads each batch
  EXPECT_TRUE(
      same_bits(member, streamed(small_options(), kRoom).train_clvae(Seed{1}, centres_, {})));
}

TEST_F(StreamedSamplesTest, give_the_bits_of_samples_in_memory_when_the_buffer_holds_all) {
  Trainer resident = trainer(small_options());
  Trainer blocks = streamed(small_options(), 600);

  EXPECT_TRUE(same_bits(blocks.train_clvae(Seed{1}, centres_, {}),
                        resident.train_clvae(Seed{1}, centres_, {})));
  EXPECT_TRUE(same_bits(blocks.train_vae(Seed{1}, {}), resident.train_vae(Seed{1}, {})));
  EXPECT_TRUE(same_bits(blocks.train_cnn(Seed{1}, {}), resident.train_cnn(Seed{1}, {})));
}

TEST_F(StreamedSamplesTest, are_taken_in_an_order_of_their_own_when_the_buffer_is_smaller) {
  const AutoencoderResult first =
      streamed(small_options(), kRoom).train_clvae(Seed{1}, centres_, {});
  const AutoencoderResult again =
      streamed(small_options(), kRoom).train_clvae(Seed{1}, centres_, {});
  const AutoencoderResult resident = trainer(small_options()).train_clvae(Seed{1}, centres_, {});

  EXPECT_TRUE(same_bits(first, again));
  EXPECT_FALSE(same_bits(first.encoder_weights, resident.encoder_weights));
  ASSERT_EQ(first.train_latents.size(), resident.train_latents.size());
  EXPECT_LT(first.loss_history[0], 2 * resident.loss_history[0]);
}

TEST_F(StreamedSamplesTest, are_held_in_no_more_than_the_buffer_and_read_once_an_epoch) {
  const TrainingOptions options = small_options();

  streamed(options, kRoom).train_clvae(Seed{1}, centres_, {});

  EXPECT_LE(ledger_.extent(), static_cast<std::size_t>(kRoom) * kBytes);
  EXPECT_GE(ledger_.extent(), static_cast<std::size_t>(kRoom - kPerBlock) * kBytes);
  const std::size_t an_epoch = train_.classes.size() + validation_.classes.size();
  const std::size_t encoded = an_epoch + test_.pixels.size() / kBytes;
  const auto epochs = static_cast<std::size_t>(options.epochs);
  EXPECT_GE(ledger_.samples, epochs * an_epoch + encoded);
  // Slices of the encoding begin at batches, so that some samples are read twice.
  EXPECT_LE(ledger_.samples, epochs * an_epoch + encoded + 600);
}

TEST_F(StreamedSamplesTest, go_on_to_the_same_bits_when_a_training_is_interrupted_anywhere) {
  const AutoencoderResult undisturbed =
      streamed(small_options(), kRoom).train_clvae(Seed{1}, centres_, {});
  std::string state;
  AutoencoderResult member;
  for (bool is_done = false; !is_done;) {
    int batches = 0;
    Hooks hooks;
    hooks.state = state;
    hooks.between_batches = [&] { ++batches; };
    hooks.is_stopping = [&] { return batches >= 17; };
    hooks.keep_state = [&](const std::string& kept) { state = kept; };
    try {
      member = streamed(small_options(), kRoom).train_clvae(Seed{1}, centres_, hooks);
      is_done = true;
    } catch (const InterruptedError&) {
    }
  }

  EXPECT_TRUE(same_bits(member, undisturbed));
}

TEST_F(StreamedSamplesTest, give_their_sources_error_when_they_can_not_be_read_any_more) {
  Trainer trainer = streamed(small_options(), kRoom);
  ledger_.fails_after = 1000;  // in the second epoch

  EXPECT_THAT([&] { trainer.train_clvae(Seed{1}, centres_, {}); },
              ThrowsMessage<DataError>(HasSubstr("images.h5: found nothing")));
  ledger_.fails_after = 1U << 30U;

  EXPECT_TRUE(same_bits(trainer.train_clvae(Seed{1}, centres_, {}),
                        streamed(small_options(), kRoom).train_clvae(Seed{1}, centres_, {})));
}

TEST_F(StreamedSamplesTest, are_refused_when_the_buffer_holds_no_block_or_batch) {
  EXPECT_THAT([&] { streamed(small_options(), 63); },
              ThrowsMessage<UsageError>(HasSubstr("(dataset.blocks.buffer) holds 63 samples; at "
                                                  "least 64 are needed")));
  TrainingOptions options = small_options();
  options.batch_size = 300;
  EXPECT_THAT([&] { streamed(options, 299); },
              ThrowsMessage<UsageError>(HasSubstr("at least 300 are needed")));
}

TEST_F(StreamedSamplesTest, are_measured_like_others) {
  TrainingOptions options = small_options();
  options.stream = {static_cast<std::size_t>(kRoom) * kBytes, kPerBlock};
  const Samples samples{source(train_), train_.classes};

  const Throughput throughput =
      autoencoder_throughput(options, samples, clvae_goal(options.loss, centres_), 0.01);

  EXPECT_GT(throughput.trained, 0);
  EXPECT_GT(throughput.encoded, 0);
  EXPECT_GT(throughput.scored, 0);
}

}  // namespace
}  // namespace clvae::train
