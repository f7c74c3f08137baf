#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "train/fixture.hpp"

namespace clvae::train {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST_F(TrainerTest, brings_the_classes_to_their_centres_when_they_can_be_told_apart) {
  TrainingOptions options = small_options();
  options.epochs = 30;

  const AutoencoderResult member = trainer(options).train_clvae(Seed{1}, centres_, {});

  ASSERT_EQ(member.test_latents.size(), 180U);
  for (std::size_t i = 0; i < 90; ++i) {
    const auto label = static_cast<std::size_t>(test_.classes[i]);
    EXPECT_NEAR(member.test_latents[2 * i], centres_[2 * label], 1.5) << i;
    EXPECT_NEAR(member.test_latents[2 * i + 1], centres_[2 * label + 1], 1.5) << i;
  }
  EXPECT_LT(member.loss_history[29 * kLossTermCount], 0.3F * member.loss_history[0]);
}

TEST_F(TrainerTest, gives_the_same_bits_when_the_seed_is_the_same) {
  Trainer shared = trainer(small_options());
  const AutoencoderResult first = shared.train_clvae(Seed{1}, centres_, {});
  const AutoencoderResult other = shared.train_clvae(Seed{2}, centres_, {});
  const AutoencoderResult again = shared.train_clvae(Seed{1}, centres_, {});
  const AutoencoderResult alone = trainer(small_options()).train_clvae(Seed{1}, centres_, {});

  EXPECT_TRUE(same_bits(first, again));
  EXPECT_TRUE(same_bits(first, alone));
  EXPECT_FALSE(same_bits(first.encoder_weights, other.encoder_weights));
}

TEST_F(TrainerTest, calls_its_hooks_when_batches_epochs_and_training_end) {
  std::vector<EpochReport> reports;
  int batches = 0;
  int batches_when_ended = 0;
  Hooks hooks;
  hooks.between_batches = [&] { ++batches; };
  hooks.after_epoch = [&](const EpochReport& report) { reports.push_back(report); };
  hooks.training_ended = [&] { batches_when_ended = batches; };

  const AutoencoderResult member = trainer(small_options()).train_clvae(Seed{1}, centres_, hooks);

  ASSERT_EQ(reports.size(), 5U);
  EXPECT_EQ(reports[4].epoch, 5);
  EXPECT_EQ(reports[4].epochs, 5);
  EXPECT_EQ(static_cast<float>(reports[4].validation_loss),
            member.loss_history[4 * kLossTermCount + 3]);
  // 19 training and 4 validation batches an epoch; then the encoding batches, of 64, of the parts.
  EXPECT_EQ(batches_when_ended, 5 * (19 + 4));
  EXPECT_EQ(batches, batches_when_ended + 5 + 1 + 2);
}

TEST_F(TrainerTest, keeps_the_best_epochs_weights_when_it_stops_early) {
  TrainingOptions options = small_options();
  options.learning_rate = 0.1;  // restless enough for the validation loss to rise at times
  options.patience = 2;
  options.epochs = 200;

  const AutoencoderResult stopped = trainer(options).train_clvae(Seed{1}, centres_, {});

  ASSERT_LT(stopped.epochs_run, 200);
  EXPECT_EQ(stopped.epochs_run, stopped.best_epoch + 1 + 2);
  const auto validation_loss = [&](int epoch) {
    return stopped.loss_history[static_cast<std::size_t>(epoch) * kLossTermCount + 3];
  };
  for (int epoch = 0; epoch < stopped.epochs_run; ++epoch) {
    EXPECT_GE(validation_loss(epoch), validation_loss(stopped.best_epoch));
  }
  EXPECT_TRUE(std::isnan(validation_loss(stopped.epochs_run)));
  // Training for just that long ends with the same weights.
  options.patience = 0;
  options.epochs = stopped.best_epoch + 1;
  const AutoencoderResult shorter = trainer(options).train_clvae(Seed{1}, centres_, {});
  EXPECT_TRUE(same_bits(shorter.encoder_weights, stopped.encoder_weights));
  EXPECT_TRUE(same_bits(shorter.test_latents, stopped.test_latents));
}

TEST_F(TrainerTest, moves_its_clusters_when_the_centres_are_permuted) {
  TrainingOptions options = small_options();
  options.epochs = 30;
  std::vector<double> turned(centres_.begin() + 2, centres_.end());
  turned.insert(turned.end(), centres_.begin(), centres_.begin() + 2);

  const AutoencoderResult member = trainer(options).train_clvae(Seed{1}, turned, {});

  for (std::size_t i = 0; i < 90; ++i) {
    const auto label = static_cast<std::size_t>(test_.classes[i]);
    EXPECT_NEAR(member.test_latents[2 * i], turned[2 * label], 1.5) << i;
  }
}

TEST_F(TrainerTest, ends_the_attempt_when_the_loss_is_not_finite) {
  TrainingOptions options = small_options();
  options.learning_rate = 1e30;

  EXPECT_THAT([&] { trainer(options).train_clvae(Seed{1}, centres_, {}); },
              ThrowsMessage<AttemptError>(HasSubstr("loss became")));
}

TEST_F(TrainerTest, works_without_validation_samples_when_patience_is_zero) {
  Trainer without(small_options(), train_.samples(), {}, {test_.pixels, {}});

  const AutoencoderResult member = without.train_clvae(Seed{1}, centres_, {});

  EXPECT_TRUE(std::isnan(member.loss_history[3]));
  EXPECT_TRUE(member.validation_latents.empty());
  EXPECT_EQ(member.best_epoch, 4);
}

TEST_F(TrainerTest, refuses_what_does_not_fit_together) {
  const auto refuses = [&](auto change, const char* part) {
    TrainingOptions options = small_options();
    change(options);
    EXPECT_THAT([&] { trainer(options); }, ThrowsMessage<Error>(HasSubstr(part)));
  };

  refuses([](auto& options) { options.batch_size = 0; }, "batch size");
  refuses([](auto& options) { options.epochs = -1; }, "epochs");
  refuses([](auto& options) { options.learning_rate = std::nan(""); }, "learning rate");
  refuses(
      [](auto& options) {
        options.architecture = networks::convolutional({1, 12, kSize}, 2, 8, {{4, 2}});
      },
      "no samples of 1 x 12 x 8");
  refuses([](auto& options) { options.device = "cuda:99"; }, "cuda:99");
  refuses([](auto& options) { options.device = "abacus"; }, "abacus");
  EXPECT_THAT(
      [&] {
        trainer(small_options()).train_clvae(Seed{1}, {1.0, 2.0}, {});
      },
      ThrowsMessage<UsageError>(HasSubstr("3 classes in 2 dimensions")));
  EXPECT_THAT([&] { Trainer(small_options(), {}, {}, {}); },
              ThrowsMessage<UsageError>(HasSubstr("no labelled samples")));
  TrainingOptions patient = small_options();
  patient.patience = 3;
  EXPECT_THAT([&] { Trainer(patient, train_.samples(), {}, {}); },
              ThrowsMessage<UsageError>(HasSubstr("early stopping needs validation")));
  EXPECT_THAT([] { prepare(0); }, ThrowsMessage<UsageError>(HasSubstr("0 threads")));
}

}  // namespace
}  // namespace clvae::train
