// A member's bits on a GPU do not depend on how its steps are made, nor on its neighbours. Built
// with a LibTorch for CUDA alone; it needs a GPU, and skips itself where there is none.

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <torch/types.h>

#include "train/cuda_lane.hpp"
#include "train/fixture.hpp"
#include "train/gpu_memory.hpp"

namespace clvae::train {
namespace {

const char* const kDevice = "cuda:0";

struct GpuCase {
  const char* name;
  networks::Precision precision;
  LearningRateSchedule schedule;
  bool learn_centres;
  int patience;
  bool are_features;
};

class GpuLanesTest : public TrainerTest, public testing::WithParamInterface<GpuCase> {
 protected:
  void SetUp() override {
    if (visible_cuda_devices() == 0) GTEST_SKIP() << "there is no GPU";
  }

  TrainingOptions options() const {
    const GpuCase& wanted = GetParam();
    TrainingOptions options = small_options();
    // Maps that are large enough for the kernels of real networks.
    options.architecture =
        wanted.are_features ? networks::dense(kSize * kSize, 2, {32, 16})
                            : networks::convolutional({1, kSize, kSize}, 2, 16, {{32, 2}, {64, 2}});
    options.epochs = 6;
    options.precision = wanted.precision;
    options.schedule = wanted.schedule;
    options.learn_centres = wanted.learn_centres;
    options.patience = wanted.patience;
    options.device = kDevice;
    return options;
  }

  Trainer on_gpu(const TrainingOptions& options, Recording recording) const {
    Trainer made = GetParam().are_features ? of_features(options) : trainer(options);
    made.use_lanes(cuda_lanes(made.context().device, recording));
    return made;
  }

  /// The images as vectors of features.
  Trainer of_features(const TrainingOptions& options) const {
    return {options,
            {numbers_[0], train_.classes},
            {numbers_[1], validation_.classes},
            {numbers_[2], {}}};
  }

  static std::vector<float> as_numbers(const Images& images) {
    std::vector<float> numbers;
    for (const std::uint8_t pixel : images.pixels) {
      numbers.push_back(static_cast<float>(pixel) / 255);
    }
    return numbers;
  }

  /// Members with the seeds 1, 2, ..., all at once.
  std::vector<AutoencoderResult> side_by_side(const Trainer& shared, std::uint64_t count) const {
    const AutoencoderGoal goal = clvae_goal(shared.context().options.loss, centres_);
    std::vector<std::unique_ptr<AutoencoderTraining>> members;
    std::deque<Training*> turns;
    for (std::uint64_t seed = 1; seed <= count; ++seed) {
      members.push_back(
          std::make_unique<AutoencoderTraining>(shared.context(), Seed{seed}, goal, ""));
      turns.push_back(members.back().get());
    }
    while (!turns.empty()) {
      Training* next = turns.front();
      turns.pop_front();
      if (next->advance() != Piece::done) turns.push_back(next);
    }
    std::vector<AutoencoderResult> results;
    for (const auto& member : members) results.push_back(member->result());
    return results;
  }

  std::vector<std::vector<float>> numbers_{as_numbers(train_), as_numbers(validation_),
                                           as_numbers(test_)};
};

TEST_P(GpuLanesTest, a_member_has_the_same_bits_when_its_steps_are_replayed) {
  Trainer eager = on_gpu(options(), Recording::nothing);
  Trainer replayed = on_gpu(options(), Recording::graphs);

  const AutoencoderResult clvae = replayed.train_clvae(Seed{1}, centres_, {});

  EXPECT_TRUE(same_bits(clvae, eager.train_clvae(Seed{1}, centres_, {})));
  EXPECT_TRUE(same_bits(replayed.train_vae(Seed{1}, {}), eager.train_vae(Seed{1}, {})));
  EXPECT_TRUE(same_bits(replayed.train_cnn(Seed{1}, {}), eager.train_cnn(Seed{1}, {})));
  // The second member of a lane replays what the first one recorded.
  EXPECT_TRUE(same_bits(clvae, replayed.train_clvae(Seed{1}, centres_, {})));
}

TEST_P(GpuLanesTest, members_have_the_same_bits_when_eight_are_trained_side_by_side) {
  Trainer alone = on_gpu(options(), Recording::graphs);
  const Trainer shared = on_gpu(options(), Recording::graphs);

  const std::vector<AutoencoderResult> members = side_by_side(shared, 8);

  for (std::uint64_t seed = 1; seed <= members.size(); ++seed) {
    EXPECT_TRUE(same_bits(members[seed - 1], alone.train_clvae(Seed{seed}, centres_, {}))) << seed;
  }
}

TEST_P(GpuLanesTest, a_member_goes_on_to_the_same_bits_when_it_was_interrupted) {
  Trainer trainer = on_gpu(options(), Recording::graphs);
  const AutoencoderResult undisturbed = trainer.train_clvae(Seed{1}, centres_, {});
  Hooks hooks;
  {
    AutoencoderTraining begun(trainer.context(), Seed{1},
                              clvae_goal(trainer.context().options.loss, centres_), "");
    for (int piece = 0; piece < 7; ++piece) begun.advance();
    hooks.state = begun.state();
  }

  EXPECT_TRUE(same_bits(trainer.train_clvae(Seed{1}, centres_, hooks), undisturbed));
}

TEST_P(GpuLanesTest, losses_are_nearly_those_of_the_processor_in_the_first_epoch) {
  if (GetParam().precision != networks::Precision::float32) GTEST_SKIP() << "rounds otherwise";
  TrainingOptions on_cpu = options();
  on_cpu.device = "cpu";
  on_cpu.epochs = 1;
  on_cpu.patience = 0;
  TrainingOptions there = on_cpu;
  there.device = kDevice;
  Trainer processor = GetParam().are_features ? of_features(on_cpu) : trainer(on_cpu);

  const AutoencoderResult expected = processor.train_clvae(Seed{1}, centres_, {});
  const AutoencoderResult found =
      on_gpu(there, Recording::graphs).train_clvae(Seed{1}, centres_, {});

  for (std::size_t term = 0; term < kLossTermCount; ++term) {
    EXPECT_NEAR(found.loss_history[term], expected.loss_history[term],
                1e-3F * std::abs(expected.loss_history[term]))
        << kLossTerms[term];
  }
}

INSTANTIATE_TEST_SUITE_P(
    ways, GpuLanesTest,
    testing::Values(GpuCase{"float32", networks::Precision::float32, LearningRateSchedule::constant,
                            false, 0, false},
                    GpuCase{"tf32", networks::Precision::tf32, LearningRateSchedule::one_cycle,
                            false, 0, false},
                    GpuCase{"bfloat16", networks::Precision::bfloat16,
                            LearningRateSchedule::one_cycle, false, 2, false},
                    GpuCase{"learned_centres", networks::Precision::float32,
                            LearningRateSchedule::one_cycle, true, 2, false},
                    GpuCase{"learned_centres_bfloat16", networks::Precision::bfloat16,
                            LearningRateSchedule::constant, true, 0, false},
                    GpuCase{"features", networks::Precision::tf32, LearningRateSchedule::constant,
                            true, 2, true}),
    [](const testing::TestParamInfo<GpuCase>& way) { return std::string(way.param.name); });

}  // namespace
}  // namespace clvae::train
