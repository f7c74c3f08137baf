// A training on a thread of its own.

#include "train/background.hpp"

#include <atomic>
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "train/fixture.hpp"

namespace clvae::train {
namespace {

using BackgroundTest = TrainerTest;

/// Its first piece takes until it is let go, and ends an epoch; its second is the last one.
class SlowTraining : public Training {
 public:
  SlowTraining(std::shared_future<void> gate, std::atomic<bool>& is_dropped)
      : gate_(std::move(gate)), is_dropped_(is_dropped) {}
  ~SlowTraining() override { is_dropped_ = true; }

  Piece advance() override {
    gate_.wait();
    thread = std::this_thread::get_id();
    if (fails) throw AttemptError("it failed");
    if (ended_ > 0) return Piece::done;
    ++ended_;
    report_ = {1, 2, 0.5, 0.25};
    return Piece::epoch_ended;
  }
  const EpochReport& epoch() const override { return report_; }
  int epochs_ended() const override { return ended_; }
  bool has_ended() const override { return ended_ > 0; }
  std::string state() const override { return "state"; }

  std::thread::id thread;
  bool fails = false;

 private:
  std::shared_future<void> gate_;
  std::atomic<bool>& is_dropped_;
  int ended_ = 0;
  EpochReport report_;
};

/// The next piece that is no empty one.
Piece next_piece(Training& training) {
  Piece piece = Piece::batch;
  while (piece == Piece::batch) piece = training.advance();
  return piece;
}

TEST_F(BackgroundTest, returns_at_once_when_a_piece_takes_long_and_tells_of_it_when_it_is_made) {
  std::promise<void> gate;
  std::atomic<bool> is_dropped{false};
  auto slow = std::make_unique<SlowTraining>(gate.get_future().share(), is_dropped);
  const SlowTraining& made = *slow;
  Background background(std::move(slow));

  EXPECT_EQ(background.advance(), Piece::batch);
  EXPECT_EQ(background.advance(), Piece::batch);
  EXPECT_EQ(background.epochs_ended(), 0);
  EXPECT_FALSE(background.has_ended());
  gate.set_value();

  EXPECT_EQ(next_piece(background), Piece::epoch_ended);
  EXPECT_EQ(background.epoch().validation_loss, 0.25);
  EXPECT_EQ(background.epochs_ended(), 1);
  EXPECT_TRUE(background.has_ended());
  EXPECT_EQ(next_piece(background), Piece::done);
  EXPECT_NE(made.thread, std::this_thread::get_id());
}

TEST_F(BackgroundTest, fails_when_the_training_does) {
  std::promise<void> gate;
  std::atomic<bool> is_dropped{false};
  auto slow = std::make_unique<SlowTraining>(gate.get_future().share(), is_dropped);
  slow->fails = true;
  Background background(std::move(slow));
  gate.set_value();

  EXPECT_THROW(next_piece(background), AttemptError);
}

TEST_F(BackgroundTest, waits_for_the_piece_when_it_is_dropped) {
  std::promise<void> gate;
  std::atomic<bool> is_dropped{false};
  auto background = std::make_unique<Background>(
      std::make_unique<SlowTraining>(gate.get_future().share(), is_dropped));
  background->advance();
  std::thread later([&] { gate.set_value(); });

  background.reset();

  EXPECT_TRUE(is_dropped);
  later.join();
}

TEST_F(BackgroundTest, gives_the_bits_of_this_thread_when_it_fits_a_pca) {
  auto steps = std::make_unique<PcaTraining>(train_.samples(), validation_.samples(),
                                             Samples{test_.pixels, {}}, kSize * kSize, 2);
  PcaTraining& pca = *steps;
  Background background(std::move(steps));
  while (background.advance() != Piece::done) {
  }

  const PcaResult alone =
      train_pca(train_.samples(), validation_.samples(), {test_.pixels, {}}, kSize * kSize, 2, {});

  EXPECT_TRUE(same_bits(pca.result().test_log_likelihoods, alone.test_log_likelihoods));
}

}  // namespace
}  // namespace clvae::train
