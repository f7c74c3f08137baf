// Members in lanes that record a step once and play it again, as those of a GPU do.

#include <deque>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/fixture.hpp"
#include "train/replaying_lane.hpp"

namespace clvae::train {
namespace {

class ReplayedStepsTest : public TrainerTest {
 protected:
  /// A trainer whose lanes replay.
  Trainer replaying(const TrainingOptions& options) const {
    Trainer made = trainer(options);
    made.use_lanes([log = log_] { return std::make_unique<ReplayingLane>(log, 3); });
    return made;
  }

  TrainingOptions patient_options() const {
    TrainingOptions options = small_options();
    options.patience = 2;
    options.epochs = 8;
    options.learning_rate = 0.05;
    options.schedule = LearningRateSchedule::one_cycle;
    return options;
  }

  std::shared_ptr<LaneLog> log_ = std::make_shared<LaneLog>();
};

TEST_F(ReplayedStepsTest, give_the_bits_of_steps_that_the_host_makes) {
  TrainingOptions options = patient_options();
  Trainer replayed = replaying(options);

  EXPECT_TRUE(same_bits(replayed.train_clvae(Seed{1}, centres_, {}),
                        trainer(options).train_clvae(Seed{1}, centres_, {})));
  EXPECT_TRUE(same_bits(replayed.train_vae(Seed{1}, {}), trainer(options).train_vae(Seed{1}, {})));
  EXPECT_TRUE(same_bits(replayed.train_cnn(Seed{1}, {}), trainer(options).train_cnn(Seed{1}, {})));
  options.learn_centres = true;
  EXPECT_TRUE(same_bits(replaying(options).train_clvae(Seed{1}, centres_, {}),
                        trainer(options).train_clvae(Seed{1}, centres_, {})));
  EXPECT_GT(log_->refusals, 0);
  EXPECT_EQ(log_->outside, 0);
}

TEST_F(ReplayedStepsTest, are_recorded_once_for_each_kind_when_members_follow_one_another) {
  // 300 samples are 18 whole batches of 16 and one of 12.
  Trainer replayed = replaying(small_options());
  const AutoencoderResult first = replayed.train_clvae(Seed{1}, centres_, {});
  EXPECT_EQ(log_->recordings, 2);

  std::vector<double> turned(centres_.begin() + 2, centres_.end());
  turned.insert(turned.end(), centres_.begin(), centres_.begin() + 2);
  const AutoencoderResult second = replayed.train_clvae(Seed{2}, turned, {});
  const AutoencoderResult again = replayed.train_clvae(Seed{1}, centres_, {});

  EXPECT_EQ(log_->recordings, 2);
  EXPECT_EQ(log_->lanes, 1);
  EXPECT_EQ(log_->replays, 3 * 5 * 19);
  EXPECT_TRUE(same_bits(first, again));
  EXPECT_TRUE(same_bits(second, trainer(small_options()).train_clvae(Seed{2}, turned, {})));
  replayed.train_vae(Seed{1}, {});
  EXPECT_EQ(log_->recordings, 4);
}

TEST_F(ReplayedStepsTest, are_recorded_once_when_all_batches_are_alike) {
  TrainingOptions options = small_options();
  options.batch_size = 30;
  replaying(options).train_cnn(Seed{1}, {});
  EXPECT_EQ(log_->recordings, 1);

  options.batch_size = 1000;  // more than there are samples
  const ClassifierResult member = replaying(options).train_cnn(Seed{1}, {});

  EXPECT_EQ(log_->recordings, 2);
  EXPECT_TRUE(same_bits(member, trainer(options).train_cnn(Seed{1}, {})));
}

TEST_F(ReplayedStepsTest, leave_each_member_its_bits_when_eight_lanes_take_turns) {
  Trainer replayed = replaying(patient_options());
  const AutoencoderGoal goal = clvae_goal(patient_options().loss, centres_);
  std::deque<std::unique_ptr<AutoencoderTraining>> members;
  std::deque<Training*> turns;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    members.push_back(
        std::make_unique<AutoencoderTraining>(replayed.context(), Seed{seed}, goal, ""));
    turns.push_back(members.back().get());
  }

  while (!turns.empty()) {
    Training* next = turns.front();
    turns.pop_front();
    if (next->advance() != Piece::done) turns.push_back(next);
  }

  EXPECT_EQ(log_->lanes, 8);
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    EXPECT_TRUE(same_bits(members[seed - 1]->result(),
                          trainer(patient_options()).train_clvae(Seed{seed}, centres_, {})))
        << seed;
  }
}

TEST_F(ReplayedStepsTest, go_on_to_the_same_bits_when_they_were_interrupted_anywhere) {
  const AutoencoderGoal goal = clvae_goal(small_options().loss, centres_);
  const AutoencoderResult undisturbed = trainer(small_options()).train_clvae(Seed{1}, centres_, {});

  for (const int pieces : {1, 2, 6, 11, 30}) {
    Trainer replayed = replaying(small_options());
    std::string state;
    {
      AutoencoderTraining begun(replayed.context(), Seed{1}, goal, "");
      for (int piece = 0; piece < pieces; ++piece) begun.advance();
      state = begun.state();
    }
    Hooks hooks;
    hooks.state = state;

    EXPECT_TRUE(same_bits(replayed.train_clvae(Seed{1}, centres_, hooks), undisturbed)) << pieces;
    // The state of such a lane is any lane's.
    EXPECT_TRUE(
        same_bits(trainer(small_options()).train_clvae(Seed{1}, centres_, hooks), undisturbed));
  }
}

TEST_F(ReplayedStepsTest, leave_the_next_member_its_bits_when_one_diverged_in_their_lane) {
  TrainingOptions options = small_options();
  Trainer replayed = replaying(options);
  std::vector<double> far = centres_;
  for (double& coordinate : far) coordinate *= 1e30;
  EXPECT_THROW(replayed.train_clvae(Seed{1}, far, {}), AttemptError);

  const AutoencoderResult member = replayed.train_clvae(Seed{1}, centres_, {});

  EXPECT_EQ(log_->lanes, 1);
  EXPECT_TRUE(same_bits(member, trainer(options).train_clvae(Seed{1}, centres_, {})));
}

/// A lane that can't be used once something has failed in it.
class FragileLane : public ReplayingLane {
 public:
  using ReplayingLane::ReplayingLane;
  void within(const Work& work) override {
    try {
      ReplayingLane::within(work);
    } catch (const DeviceMemoryError&) {
      is_usable_ = false;
      throw;
    }
  }
  bool is_usable() const override { return is_usable_; }

 private:
  bool is_usable_ = true;
};

TEST_F(ReplayedStepsTest, have_a_lane_of_their_own_when_the_one_before_is_not_usable) {
  Lanes lanes([log = log_] { return std::make_unique<FragileLane>(log, 0); });
  const auto fail = [](Lane& lane) { lane.within([] { throw DeviceMemoryError("full"); }); };
  {
    const auto whole = lanes.take();
    EXPECT_EQ(log_->lanes, 1);
  }
  {
    const auto broken = lanes.take();
    EXPECT_EQ(log_->lanes, 1);
    EXPECT_THROW(fail(*broken), DeviceMemoryError);
  }

  const auto next = lanes.take();

  EXPECT_EQ(log_->lanes, 2);
  EXPECT_TRUE(next->is_usable());
}

}  // namespace
}  // namespace clvae::train
