// Training in bfloat16 beside training in float32.

#include <algorithm>
#include <functional>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/fixture.hpp"

namespace clvae::train {
namespace {

class PrecisionTest : public TrainerTest {
 protected:
  static TrainingOptions options_in(networks::Precision precision) {
    TrainingOptions options = small_options();
    options.epochs = 20;
    options.precision = precision;
    return options;
  }

  const TrainingOptions float32_ = options_in(networks::Precision::float32);
  const TrainingOptions bfloat16_ = options_in(networks::Precision::bfloat16);
};

/// Losses of the epochs. \param column of the loss history
std::vector<float> losses(const TrainingRecord& record, std::size_t terms, std::size_t column) {
  std::vector<float> values;
  for (std::size_t i = column; i < record.loss_history.size(); i += terms) {
    values.push_back(record.loss_history[i]);
  }
  return values;
}

/// First and last loss, each the median of five members: one member may stay on a plateau for as
/// long as its last few roundings make it, in either precision.
struct Fall {
  float first = 0;
  float last = 0;
};

Fall median_fall(const std::function<std::vector<float>(Seed)>& losses_of) {
  constexpr std::size_t kMembers = 5;
  std::vector<float> first;
  std::vector<float> last;
  for (std::uint64_t seed = 1; seed <= kMembers; ++seed) {
    const std::vector<float> member = losses_of(Seed{seed});
    first.push_back(member.front());
    last.push_back(member.back());
  }
  std::sort(first.begin(), first.end());
  std::sort(last.begin(), last.end());
  return {first[kMembers / 2], last[kMembers / 2]};
}

/// The loss falls as far, to within 2 % of what it was in the first epoch.
void expect_same_fall(const Fall& found, const Fall& expected) {
  EXPECT_NEAR(found.last, expected.last, 0.02F * expected.first);
  EXPECT_LT(expected.last, 0.7F * expected.first);
}

TEST_F(PrecisionTest, ends_at_the_same_losses_when_an_autoencoder_is_trained_in_bfloat16) {
  for (const std::size_t column : {0U, 2U}) {
    const auto fall_in = [&](const TrainingOptions& options) {
      return median_fall([&](Seed seed) {
        return losses(trainer(options).train_clvae(seed, centres_, {}), kLossTermCount, column);
      });
    };

    expect_same_fall(fall_in(bfloat16_), fall_in(float32_));
  }
}

TEST_F(PrecisionTest, ends_at_the_same_loss_when_a_vae_is_trained_in_bfloat16) {
  const auto fall_in = [&](const TrainingOptions& options) {
    return median_fall(
        [&](Seed seed) { return losses(trainer(options).train_vae(seed, {}), kLossTermCount, 0); });
  };

  expect_same_fall(fall_in(bfloat16_), fall_in(float32_));
}

TEST_F(PrecisionTest, ends_at_the_same_loss_when_a_classifier_is_trained_in_bfloat16) {
  const auto fall_in = [&](TrainingOptions options) {
    options.epochs = 5;
    return median_fall([&](Seed seed) {
      return losses(trainer(options).train_cnn(seed, {}), kClassifierTermCount, 0);
    });
  };

  expect_same_fall(fall_in(bfloat16_), fall_in(float32_));
}

TEST_F(PrecisionTest, rounds_the_weights_otherwise_when_it_trains_in_bfloat16) {
  const Seed seed{1};

  EXPECT_FALSE(same_bits(trainer(bfloat16_).train_clvae(seed, centres_, {}).encoder_weights,
                         trainer(float32_).train_clvae(seed, centres_, {}).encoder_weights));
  EXPECT_FALSE(same_bits(trainer(bfloat16_).train_vae(seed, {}).encoder_weights,
                         trainer(float32_).train_vae(seed, {}).encoder_weights));
  EXPECT_FALSE(same_bits(trainer(bfloat16_).train_cnn(seed, {}).encoder_weights,
                         trainer(float32_).train_cnn(seed, {}).encoder_weights));
}

TEST_F(PrecisionTest, judges_in_float32_when_it_trains_in_bfloat16) {
  TrainingOptions standing = small_options();
  standing.learning_rate = 1e-300;  // no step: both have the weights that they began with
  const AutoencoderResult expected = trainer(standing).train_clvae(Seed{1}, centres_, {});
  standing.precision = networks::Precision::bfloat16;

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
