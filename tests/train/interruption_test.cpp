#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "train/fixture.hpp"
#include "train/pca.hpp"

namespace clvae::train {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// Hooks that stop a training after so many batches and keep its state.
struct Interruption {
  int batches = 0;
  std::string state;

  Hooks hooks_that_stop_after(int limit) {
    batches = 0;
    Hooks hooks;
    hooks.between_batches = [this] { ++batches; };
    hooks.is_stopping = [this, limit] { return batches >= limit; };
    hooks.keep_state = [this](const std::string& kept) { state = kept; };
    hooks.state = state;
    return hooks;
  }
};

class InterruptionTest : public TrainerTest {
 protected:
  /// Interrupts after every so many batches until nothing is left.
  template <class Train>
  auto train_in_pieces(int batches, const Train& train) const {
    Interruption interruption;
    while (true) {
      try {
        return train(interruption.hooks_that_stop_after(batches));
      } catch (const InterruptedError&) {
        ++interruptions_;
      }
    }
  }
  mutable int interruptions_ = 0;
};

class InterruptionAfter : public InterruptionTest, public testing::WithParamInterface<int> {};

// An epoch has 19 training and 4 validation batches, an encoding 4. Validation begins anew, so that
// fewer than 5 batches would never end it.
TEST_P(InterruptionAfter, a_clvae_is_the_same_bits_when_it_goes_on_from_its_states) {
  Trainer shared = trainer(small_options());
  const AutoencoderResult undisturbed = shared.train_clvae(Seed{1}, centres_, {});

  const AutoencoderResult member = train_in_pieces(GetParam(), [&](const Hooks& hooks) {
    return trainer(small_options()).train_clvae(Seed{1}, centres_, hooks);
  });

  EXPECT_TRUE(same_bits(member, undisturbed));
  EXPECT_GT(interruptions_, 0);
}

TEST_P(InterruptionAfter, early_stopping_and_learned_centres_go_on_when_a_training_was_stopped) {
  TrainingOptions options = small_options();
  options.epochs = 20;
  options.patience = 1;
  options.learning_rate = 0.05;  // so high that the loss soon rises
  options.learn_centres = true;
  options.schedule = LearningRateSchedule::one_cycle;
  const AutoencoderResult undisturbed = trainer(options).train_clvae(Seed{1}, centres_, {});

  const AutoencoderResult member = train_in_pieces(GetParam(), [&](const Hooks& hooks) {
    return trainer(options).train_clvae(Seed{1}, centres_, hooks);
  });

  EXPECT_TRUE(same_bits(member, undisturbed));
  EXPECT_LT(member.epochs_run, 20);
}

TEST_P(InterruptionAfter, a_bfloat16_member_is_the_same_bits_when_it_goes_on_from_its_states) {
  TrainingOptions options = small_options();
  options.precision = networks::Precision::bfloat16;
  const AutoencoderResult undisturbed = trainer(options).train_clvae(Seed{1}, centres_, {});

  const AutoencoderResult member = train_in_pieces(GetParam(), [&](const Hooks& hooks) {
    return trainer(options).train_clvae(Seed{1}, centres_, hooks);
  });

  EXPECT_TRUE(same_bits(member, undisturbed));
  EXPECT_GT(interruptions_, 0);
}

TEST_P(InterruptionAfter, a_cnn_is_the_same_bits_when_it_goes_on_from_its_states) {
  const ClassifierResult undisturbed = trainer(small_options()).train_cnn(Seed{1}, {});

  const ClassifierResult member = train_in_pieces(GetParam(), [&](const Hooks& hooks) {
    return trainer(small_options()).train_cnn(Seed{1}, hooks);
  });

  EXPECT_TRUE(same_bits(member.encoder_weights, undisturbed.encoder_weights));
  EXPECT_TRUE(same_bits(member.loss_history, undisturbed.loss_history));
  EXPECT_TRUE(same_bits(member.test_log_probabilities, undisturbed.test_log_probabilities));
}

INSTANTIATE_TEST_SUITE_P(batches, InterruptionAfter, testing::Values(5, 7, 19, 23, 40));

TEST_F(InterruptionTest, the_state_is_kept_when_it_is_due) {
  std::vector<int> epochs;
  Hooks hooks;
  hooks.is_state_due = [&](int ended) { return ended >= static_cast<int>(epochs.size()) + 1; };
  hooks.keep_state = [&](const std::string& state) {
    EXPECT_FALSE(state.empty());
    epochs.push_back(static_cast<int>(epochs.size()) + 1);
  };

  trainer(small_options()).train_clvae(Seed{1}, centres_, hooks);

  EXPECT_THAT(epochs, testing::ElementsAre(1, 2, 3, 4));
}

TEST_F(InterruptionTest, the_final_state_is_kept_once_when_the_job_stops_during_encoding) {
  int kept = 0;
  bool has_ended = false;
  Hooks hooks;
  hooks.training_ended = [&] { has_ended = true; };
  hooks.is_stopping = [&] { return has_ended; };
  hooks.keep_state = [&](const std::string& state) {
    ++kept;
    hooks.state = state;
  };
  const AutoencoderResult member = trainer(small_options()).train_clvae(Seed{1}, centres_, hooks);
  int epochs = 0;
  Hooks again;
  again.state = hooks.state;
  again.after_epoch = [&](const EpochReport& /*report*/) { ++epochs; };

  const AutoencoderResult encoded = trainer(small_options()).train_clvae(Seed{1}, centres_, again);

  EXPECT_EQ(kept, 1);
  EXPECT_EQ(epochs, 0);
  EXPECT_TRUE(same_bits(encoded, member));
}

TEST_F(InterruptionTest, a_pca_stops_without_a_state) {
  const Images images = barred_images(60, 4);
  Hooks hooks;
  hooks.is_stopping = [] { return true; };

  EXPECT_THROW(
      train_pca(images.samples(), images.samples(), {images.pixels, {}}, kSize * kSize, 2, hooks),
      InterruptedError);
}

TEST_F(InterruptionTest, a_state_is_refused_when_it_is_damaged_or_of_another_training) {
  Interruption interruption;
  EXPECT_THROW(trainer(small_options())
                   .train_clvae(Seed{1}, centres_, interruption.hooks_that_stop_after(3)),
               InterruptedError);
  TrainingOptions learning = small_options();
  learning.learn_centres = true;
  Hooks foreign;
  foreign.state = interruption.state;
  Hooks damaged;
  damaged.state = interruption.state.substr(0, interruption.state.size() / 2);

  EXPECT_THROW(trainer(learning).train_clvae(Seed{1}, centres_, foreign), StateError);
  EXPECT_THROW(trainer(small_options()).train_clvae(Seed{1}, centres_, damaged), StateError);
  damaged.state = "no state";
  EXPECT_THAT([&] { trainer(small_options()).train_clvae(Seed{1}, centres_, damaged); },
              ThrowsMessage<StateError>(HasSubstr("the kept state can't be read")));
}

}  // namespace
}  // namespace clvae::train
