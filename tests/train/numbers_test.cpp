// Samples that are no bytes: images of floating-point numbers, and vectors of features.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "train/fixture.hpp"
#include "train/pca.hpp"

namespace clvae::train {
namespace {

using NumbersTest = TrainerTest;

std::vector<float> as_numbers(const Images& images) {
  std::vector<float> numbers;
  for (const std::uint8_t pixel : images.pixels) numbers.push_back(static_cast<float>(pixel) / 255);
  return numbers;
}

TEST_F(NumbersTest, give_the_bits_of_bytes_when_they_are_the_same_images) {
  const std::vector<float> train = as_numbers(train_);
  const std::vector<float> validation = as_numbers(validation_);
  const std::vector<float> test = as_numbers(test_);
  Trainer numbers(small_options(), {train, train_.classes}, {validation, validation_.classes},
                  {test, {}});

  EXPECT_TRUE(same_bits(numbers.train_clvae(Seed{1}, centres_, {}),
                        trainer(small_options()).train_clvae(Seed{1}, centres_, {})));
}

TEST_F(NumbersTest, give_nearly_the_pca_of_bytes_when_they_are_the_same_images) {
  const std::vector<float> train = as_numbers(train_);
  const std::vector<float> test = as_numbers(test_);
  const PcaResult numbers =
      train_pca({train, train_.classes}, {test, {}}, {test, {}}, kSize * kSize, 2, {});
  const PcaResult bytes =
      train_pca(train_.samples(), {test_.pixels, {}}, {test_.pixels, {}}, kSize * kSize, 2, {});

  ASSERT_EQ(numbers.test_log_likelihoods.size(), bytes.test_log_likelihoods.size());
  for (std::size_t i = 0; i < bytes.test_log_likelihoods.size(); ++i) {
    EXPECT_NEAR(numbers.test_log_likelihoods[i], bytes.test_log_likelihoods[i], 1e-3);
  }
}

/// Four features whose first two tell the class.
struct Table {
  explicit Table(std::size_t count, std::uint64_t seed) {
    RandomStream stream(Seed{seed});
    for (std::size_t i = 0; i < count; ++i) {
      const auto label = static_cast<std::int32_t>(i % kClasses);
      classes.push_back(label);
      values.push_back(static_cast<float>(0.1 * stream.normal() + (label == 0 ? 1.5 : -0.7)));
      values.push_back(static_cast<float>(0.1 * stream.normal() + (label == 1 ? 1.5 : -0.7)));
      values.push_back(static_cast<float>(stream.normal()));
      values.push_back(static_cast<float>(stream.normal()));
    }
  }
  Samples samples() const { return {values, classes}; }
  std::vector<float> values;
  std::vector<std::int32_t> classes;
};

TEST_F(NumbersTest, are_told_apart_and_reconstructed_when_they_are_features) {
  const Table train(600, 1);
  const Table validation(60, 2);
  TrainingOptions options = small_options();
  options.architecture = networks::dense(4, 2, {16, 8});
  options.epochs = 30;
  Trainer trainer(options, train.samples(), validation.samples(), validation.samples());

  const AutoencoderResult member = trainer.train_clvae(Seed{1}, centres_, {});
  const ClassifierResult classifier = trainer.train_cnn(Seed{1}, {});

  for (std::size_t i = 0; i < validation.classes.size(); ++i) {
    const auto label = static_cast<std::size_t>(validation.classes[i]);
    for (std::size_t axis = 0; axis < 2; ++axis) {
      EXPECT_NEAR(member.test_latents[2 * i + axis], centres_[2 * label + axis], 1.5);
    }
    EXPECT_GT(classifier.test_log_probabilities[kClasses * i + label], -0.5F);
  }
  // Of the variance of about 1 that decoding nothing would leave.
  double error = 0;
  for (const float value : member.test_errors) error += value;
  EXPECT_LT(error / static_cast<double>(member.test_errors.size()), 0.75);
}

}  // namespace
}  // namespace clvae::train
