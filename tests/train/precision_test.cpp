// Training in bfloat16 beside training in float32.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/fixture.hpp"

namespace clvae::train {
namespace {

class PrecisionTest : public TrainerTest {
 protected:
  static TrainingOptions options_in(model::Precision precision) {
    TrainingOptions options = small_options();
    options.epochs = 20;
    options.precision = precision;
    return options;
  }

  const TrainingOptions float32_ = options_in(model::Precision::float32);
  const TrainingOptions bfloat16_ = options_in(model::Precision::bfloat16);
};

/// Losses of the epochs. \param column of the loss history
std::vector<float> losses(const TrainingRecord& record, std::size_t terms, std::size_t column) {
  std::vector<float> values;
  for (std::size_t i = column; i < record.loss_history.size(); i += terms) {
    values.push_back(record.loss_history[i]);
  }
  return values;
}

/// The loss falls as far, to within 2 % of what it was in the first epoch: what is left of it after
/// that depends on the last few roundings.
void expect_same_fall(const std::vector<float>& found, const std::vector<float>& expected) {
  EXPECT_NEAR(found.back(), expected.back(), 0.02F * expected.front());
  EXPECT_LT(expected.back(), 0.7F * expected.front());
}

TEST_F(PrecisionTest, ends_at_the_same_losses_when_an_autoencoder_is_trained_in_bfloat16) {
  const AutoencoderResult expected = trainer(float32_).train_clvae(Seed{1}, centres_, {});

  const AutoencoderResult found = trainer(bfloat16_).train_clvae(Seed{1}, centres_, {});

  EXPECT_FALSE(same_bits(found.encoder_weights, expected.encoder_weights));
  for (const std::size_t column : {0U, 2U}) {
    expect_same_fall(losses(found, kLossTermCount, column),
                     losses(expected, kLossTermCount, column));
  }
}

TEST_F(PrecisionTest, ends_at_the_same_loss_when_a_vae_is_trained_in_bfloat16) {
  const AutoencoderResult expected = trainer(float32_).train_vae(Seed{1}, {});

  const AutoencoderResult found = trainer(bfloat16_).train_vae(Seed{1}, {});

  EXPECT_FALSE(same_bits(found.encoder_weights, expected.encoder_weights));
  expect_same_fall(losses(found, kLossTermCount, 0), losses(expected, kLossTermCount, 0));
}

TEST_F(PrecisionTest, ends_at_the_same_loss_when_a_classifier_is_trained_in_bfloat16) {
  TrainingOptions few = float32_;
  few.epochs = 5;
  const ClassifierResult expected = trainer(few).train_cnn(Seed{1}, {});
  few.precision = model::Precision::bfloat16;

  const ClassifierResult found = trainer(few).train_cnn(Seed{1}, {});

  EXPECT_FALSE(same_bits(found.encoder_weights, expected.encoder_weights));
  expect_same_fall(losses(found, kClassifierTermCount, 0),
                   losses(expected, kClassifierTermCount, 0));
}

TEST_F(PrecisionTest, judges_in_float32_when_it_trains_in_bfloat16) {
  TrainingOptions standing = small_options();
  standing.learning_rate = 1e-300;  // no step: both have the weights that they began with
  const AutoencoderResult expected = trainer(standing).train_clvae(Seed{1}, centres_, {});
  standing.precision = model::Precision::bfloat16;

  const AutoencoderResult found = trainer(standing).train_clvae(Seed{1}, centres_, {});

  ASSERT_TRUE(same_bits(found.encoder_weights, expected.encoder_weights));
  EXPECT_NE(losses(found, kLossTermCount, 1), losses(expected, kLossTermCount, 1));
  EXPECT_EQ(losses(found, kLossTermCount, 4), losses(expected, kLossTermCount, 4));
  EXPECT_TRUE(same_bits(found.train_latents, expected.train_latents));
  EXPECT_TRUE(same_bits(found.test_latents, expected.test_latents));
  EXPECT_TRUE(same_bits(found.test_errors, expected.test_errors));
}

TEST_F(PrecisionTest, gives_the_same_bits_when_the_seed_is_the_same) {
  Trainer shared = trainer(bfloat16_);
  const AutoencoderResult first = shared.train_clvae(Seed{1}, centres_, {});
  shared.train_clvae(Seed{2}, centres_, {});

  EXPECT_TRUE(same_bits(first, shared.train_clvae(Seed{1}, centres_, {})));
}

}  // namespace
}  // namespace clvae::train
