// Several members in training at once, driven in turn by one thread.

#include <deque>
#include <memory>

#include <gtest/gtest.h>

#include "train/fixture.hpp"

namespace clvae::train {
namespace {

using LanesTest = TrainerTest;

/// Advances all of them in turn, a piece at a time, until each is done.
void finish_in_turn(std::deque<Training*> trainings) {
  while (!trainings.empty()) {
    Training* next = trainings.front();
    trainings.pop_front();
    if (next->advance() != Piece::done) trainings.push_back(next);
  }
}

TEST_F(LanesTest, leave_the_bits_that_each_member_has_alone_when_they_take_turns) {
  TrainingOptions options = small_options();
  options.patience = 2;  // so that they end at different times
  options.epochs = 20;
  options.learning_rate = 0.05;
  Trainer shared = trainer(options);
  const AutoencoderGoal clvae = clvae_goal(options.loss, centres_);
  AutoencoderTraining first(shared.context(), Seed{1}, clvae, "");
  AutoencoderTraining second(shared.context(), Seed{2}, clvae, "");
  AutoencoderTraining plain(shared.context(), Seed{1}, vae_goal(options.loss), "");
  ClassifierTraining classifier(shared.context(), Seed{1}, "");
  PcaTraining pca(train_.samples(), validation_.samples(), {test_.pixels, {}}, kSize * kSize, 2);

  finish_in_turn({&first, &second, &plain, &classifier, &pca});

  EXPECT_TRUE(same_bits(first.result(), trainer(options).train_clvae(Seed{1}, centres_, {})));
  EXPECT_TRUE(same_bits(second.result(), trainer(options).train_clvae(Seed{2}, centres_, {})));
  EXPECT_TRUE(same_bits(plain.result(), trainer(options).train_vae(Seed{1}, {})));
  EXPECT_TRUE(same_bits(classifier.result(), trainer(options).train_cnn(Seed{1}, {})));
  const PcaResult alone =
      train_pca(train_.samples(), validation_.samples(), {test_.pixels, {}}, kSize * kSize, 2, {});
  EXPECT_TRUE(same_bits(pca.result().test_log_likelihoods, alone.test_log_likelihoods));
}

TEST_F(LanesTest, go_on_from_their_own_states_when_all_are_given_up_halfway) {
  Trainer shared = trainer(small_options());
  const AutoencoderGoal goal = clvae_goal(small_options().loss, centres_);
  std::vector<std::string> states;
  {
    AutoencoderTraining first(shared.context(), Seed{1}, goal, "");
    AutoencoderTraining second(shared.context(), Seed{2}, goal, "");
    for (int piece = 0; piece < 30; ++piece) {
      first.advance();
      second.advance();
      second.advance();
    }
    states = {first.state(), second.state()};
  }
  AutoencoderTraining first(shared.context(), Seed{1}, goal, states[0]);
  AutoencoderTraining second(shared.context(), Seed{2}, goal, states[1]);

  finish_in_turn({&first, &second});

  EXPECT_TRUE(same_bits(first.result(), shared.train_clvae(Seed{1}, centres_, {})));
  EXPECT_TRUE(same_bits(second.result(), shared.train_clvae(Seed{2}, centres_, {})));
}

}  // namespace
}  // namespace clvae::train
