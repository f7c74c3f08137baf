// What the other kinds of networks do that the CL-VAE of trainer_test.cpp does not.

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "train/fixture.hpp"

namespace clvae::train {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

using VaeTest = TrainerTest;
using CnnTest = TrainerTest;
using LearnedCentresTest = TrainerTest;

TEST_F(VaeTest, gathers_its_latents_around_the_origin_when_trained) {
  TrainingOptions options = small_options();
  options.epochs = 30;

  const AutoencoderResult member = trainer(options).train_vae(Seed{1}, {});

  double sum = 0;
  for (const float value : member.train_latents) sum += value;
  EXPECT_LT(std::abs(sum / static_cast<double>(member.train_latents.size())), 0.3);
  EXPECT_LT(member.loss_history[29 * kLossTermCount], member.loss_history[0]);
  EXPECT_THAT(member.learned_centres, IsEmpty());
}

TEST_F(VaeTest, has_the_unweighted_sum_of_its_terms_for_a_loss) {
  const AutoencoderResult member = trainer(small_options()).train_vae(Seed{1}, {});

  for (std::size_t i = 0; i < member.loss_history.size(); i += 3) {
    const float* terms = &member.loss_history[i];
    EXPECT_NEAR(terms[0], terms[1] + terms[2], 1e-5 * terms[0]) << i;
  }
  // Summed over the 64 pixels.
  double error = 0;
  for (const float value : member.validation_errors) error += value / 60;
  EXPECT_NEAR(member.loss_history[4 * kLossTermCount + 4], 64 * error, 0.3 * 64 * error);
}

TEST_F(VaeTest, gives_the_same_bits_when_only_the_seed_is_the_same) {
  Trainer shared = trainer(small_options());
  const AutoencoderResult first = shared.train_vae(Seed{1}, {});
  const AutoencoderResult other = shared.train_vae(Seed{2}, {});
  for (std::int32_t& label : train_.classes) label = 2 - label;  // it does not look at classes
  TrainingOptions options = small_options();
  options.learn_centres = true;  // it has none
  options.loss.alpha = 0.9;
  options.loss.reconstruction_over = networks::Reduce::sum;
  options.loss.prior_at = networks::PriorAt::sample;

  EXPECT_TRUE(same_bits(first, shared.train_vae(Seed{1}, {})));
  EXPECT_TRUE(same_bits(first, trainer(options).train_vae(Seed{1}, {})));
  EXPECT_FALSE(same_bits(first.encoder_weights, other.encoder_weights));
}

TEST_F(VaeTest, follows_the_config_in_its_error_and_prior) {
  const AutoencoderResult squared = trainer(small_options()).train_vae(Seed{1}, {});
  TrainingOptions options = small_options();
  options.loss.error = networks::ReconstructionError::cross_entropy;
  const AutoencoderResult entropy = trainer(options).train_vae(Seed{1}, {});
  options = small_options();
  options.loss.prior_over = networks::Reduce::mean;
  const AutoencoderResult averaged = trainer(options).train_vae(Seed{1}, {});

  EXPECT_GT(entropy.loss_history[1], 2 * squared.loss_history[1]);
  EXPECT_FALSE(same_bits(averaged.encoder_weights, squared.encoder_weights));
}

TEST_F(CnnTest, tells_the_classes_apart_when_it_can) {
  TrainingOptions options = small_options();
  options.epochs = 30;

  const ClassifierResult member = trainer(options).train_cnn(Seed{1}, {});

  ASSERT_EQ(member.test_log_probabilities.size(), 90U * kClasses);
  for (std::size_t i = 0; i < 90; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < kClasses; ++k) {
      sum += std::exp(member.test_log_probabilities[kClasses * i + k]);
    }
    EXPECT_NEAR(sum, 1, 1e-5);
    const auto label = static_cast<std::size_t>(test_.classes[i]);
    EXPECT_GT(member.test_log_probabilities[kClasses * i + label], std::log(0.9)) << i;
  }
  const float* last = &member.loss_history[29 * kClassifierTermCount];
  EXPECT_LT(last[2], 0.1);   // validation cross-entropy
  EXPECT_GT(last[3], 0.99);  // validation accuracy
}

TEST_F(CnnTest, gives_the_same_bits_when_the_seed_is_the_same) {
  Trainer shared = trainer(small_options());
  const ClassifierResult first = shared.train_cnn(Seed{1}, {});
  shared.train_clvae(Seed{1}, centres_, {});  // leaves nothing behind
  const ClassifierResult other = shared.train_cnn(Seed{2}, {});

  EXPECT_TRUE(same_bits(first, shared.train_cnn(Seed{1}, {})));
  EXPECT_TRUE(same_bits(first, trainer(small_options()).train_cnn(Seed{1}, {})));
  EXPECT_FALSE(same_bits(first.encoder_weights, other.encoder_weights));
}

TEST_F(CnnTest, keeps_the_epoch_of_the_lowest_cross_entropy_when_it_stops_early) {
  TrainingOptions options = small_options();
  options.learning_rate = 0.05;
  options.patience = 2;
  options.epochs = 200;

  const ClassifierResult stopped = trainer(options).train_cnn(Seed{1}, {});

  ASSERT_LT(stopped.epochs_run, 200);
  const auto validation_loss = [&](int epoch) {
    return stopped.loss_history[static_cast<std::size_t>(epoch) * kClassifierTermCount + 2];
  };
  for (int epoch = 0; epoch < stopped.epochs_run; ++epoch) {
    EXPECT_GE(validation_loss(epoch), validation_loss(stopped.best_epoch));
  }
  EXPECT_TRUE(std::isnan(validation_loss(stopped.epochs_run)));
  double entropy = 0;
  for (std::size_t i = 0; i < validation_.classes.size(); ++i) {
    const auto label = static_cast<std::size_t>(validation_.classes[i]);
    entropy -= stopped.validation_log_probabilities[kClasses * i + label] / 60;
  }
  EXPECT_NEAR(entropy, validation_loss(stopped.best_epoch), 1e-4);
}

TEST_F(CnnTest, ends_the_attempt_when_the_loss_is_not_finite) {
  TrainingOptions options = small_options();
  options.learning_rate = 1e30;

  EXPECT_THAT([&] { trainer(options).train_cnn(Seed{1}, {}); },
              ThrowsMessage<AttemptError>(HasSubstr("loss became")));
}

TEST_F(LearnedCentresTest, move_from_where_they_were_put_when_they_are_learned) {
  TrainingOptions options = small_options();
  const AutoencoderResult fixed = trainer(options).train_clvae(Seed{1}, centres_, {});
  options.learn_centres = true;
  const AutoencoderResult learned = trainer(options).train_clvae(Seed{1}, centres_, {});

  EXPECT_THAT(fixed.learned_centres, IsEmpty());
  ASSERT_EQ(learned.learned_centres.size(), centres_.size());
  for (std::size_t i = 0; i < centres_.size(); ++i) {
    const double moved = std::abs(learned.learned_centres[i] - centres_[i]);
    EXPECT_GT(moved, 1e-3) << i;
    EXPECT_LT(moved, 1.5) << i;
  }
  EXPECT_FALSE(same_bits(learned.encoder_weights, fixed.encoder_weights));
}

TEST_F(LearnedCentresTest, are_those_of_the_best_epoch_when_it_stops_early) {
  TrainingOptions options = small_options();
  options.learn_centres = true;
  options.learning_rate = 0.1;
  options.patience = 2;
  options.epochs = 200;
  const AutoencoderResult stopped = trainer(options).train_clvae(Seed{1}, centres_, {});
  options.patience = 0;
  options.epochs = stopped.best_epoch + 1;

  const AutoencoderResult shorter = trainer(options).train_clvae(Seed{1}, centres_, {});

  ASSERT_LT(stopped.epochs_run, 200);
  EXPECT_TRUE(same_bits(stopped.learned_centres, shorter.learned_centres));
  EXPECT_TRUE(same_bits(stopped.encoder_weights, shorter.encoder_weights));
}

}  // namespace
}  // namespace clvae::train
