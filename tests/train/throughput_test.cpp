#include "train/throughput.hpp"

#include <gtest/gtest.h>

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
