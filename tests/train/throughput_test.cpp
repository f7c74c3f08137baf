#include "train/throughput.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "train/epoch_rate.hpp"
#include "train/fixture.hpp"

namespace clvae::train {
namespace {

using ThroughputTest = TrainerTest;
constexpr double kSeconds = 0.01;

TEST_F(ThroughputTest, is_told_with_the_lanes_that_it_was_measured_with) {
  const TrainingOptions options = small_options();

  const Throughput one = autoencoder_throughput(options, train_.samples(),
                                                clvae_goal(options.loss, centres_), kSeconds);
  const Throughput three = autoencoder_throughput(options, train_.samples(),
                                                  clvae_goal(options.loss, centres_), kSeconds, 3);
  const Throughput classifiers = classifier_throughput(options, train_.samples(), kSeconds, 2);

  EXPECT_EQ(one.lanes, 1);
  EXPECT_EQ(three.lanes, 3);
  EXPECT_GT(three.trained, 0);
  EXPECT_EQ(classifiers.lanes, 2);
  EXPECT_GT(classifiers.trained, 0);
  EXPECT_EQ(classifiers.encoded, 0);
}

/// Ends an epoch with every so-manieth piece, each of which takes a millisecond.
class PacedTraining : public Training {
 public:
  explicit PacedTraining(int pieces) : pieces_(pieces) {}
  Piece advance() override {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return ++made_ % pieces_ == 0 ? Piece::epoch_ended : Piece::batch;
  }
  const EpochReport& epoch() const override { return report_; }
  int epochs_ended() const override { return made_ / pieces_; }
  bool has_ended() const override { return false; }
  std::string state() const override { return {}; }

 private:
  int pieces_;
  int made_ = 0;
  EpochReport report_;
};

TEST(EpochRate, is_that_of_all_trainings_together_when_they_take_turns) {
  std::vector<std::unique_ptr<Training>> trainings;
  trainings.push_back(std::make_unique<PacedTraining>(1));
  trainings.push_back(std::make_unique<PacedTraining>(1));
  trainings.push_back(std::make_unique<PacedTraining>(4));

  const double rate = epochs_per_second(trainings, kSeconds);

  // A turn takes three milliseconds at least, and ends two epochs and a quarter.
  EXPECT_GT(rate, 0);
  EXPECT_LE(rate, 2.25 / 0.003 * 1.01);
  for (const auto& training : trainings) EXPECT_GE(training->epochs_ended(), 3);
}

TEST_F(ThroughputTest, of_products_leaves_the_flags_of_the_process_as_they_were) {
  at::Context& context = at::globalContext();
  for (const auto precision : {networks::Precision::float32, networks::Precision::tf32}) {
    const bool before = precision == networks::Precision::float32;
    context.setAllowTF32CuDNN(before);
    context.setAllowTF32CuBLAS(!before);

    const MatrixProducts products = measure_matrix_products("cpu", precision, kSeconds);

    EXPECT_GT(products.product, 0);
    EXPECT_GT(products.convolution, 0);
    EXPECT_EQ(context.allowTF32CuDNN(), before);
    EXPECT_EQ(context.allowTF32CuBLAS(), !before);
  }
}

}  // namespace
}  // namespace clvae::train
