#pragma once
/// \file
/// Small images in three classes, and a trainer for them.

#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "networks/architectures.hpp"
#include "networks/centres.hpp"
#include "train/device.hpp"
#include "train/trainer.hpp"

namespace clvae::train {

inline constexpr int kClasses = 3;
inline constexpr int kSize = 8;

struct Images {
  std::vector<std::uint8_t> pixels;
  std::vector<std::int32_t> classes;
  Samples samples() const { return {pixels, classes}; }
};

/// Images of noise with a bright bar whose place tells the class.
inline Images barred_images(std::size_t count, std::uint64_t seed) {
  RandomStream stream(Seed{seed});
  Images images;
  for (std::size_t i = 0; i < count; ++i) {
    const auto label = static_cast<std::int32_t>(i % kClasses);
    images.classes.push_back(label);
    for (int y = 0; y < kSize; ++y) {
      for (int x = 0; x < kSize; ++x) {
        const bool bright = y / 2 == label;
        images.pixels.push_back(static_cast<std::uint8_t>(stream.below(60) + (bright ? 180U : 0U)));
      }
    }
  }
  return images;
}

inline TrainingOptions small_options() {
  TrainingOptions options;
  options.architecture = networks::convolutional({1, kSize, kSize}, 2, 8, {{4, 2}, {8, 2}});
  options.epochs = 5;
  options.batch_size = 16;
  options.learning_rate = 5e-3;
  return options;
}

class TrainerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { prepare(1); }

  Trainer trainer(const TrainingOptions& options) const {
    return {options, train_.samples(), validation_.samples(), {test_.pixels, {}}};
  }

  Images train_ = barred_images(300, 1);
  Images validation_ = barred_images(60, 2);
  Images test_ = barred_images(90, 3);
  std::vector<double> centres_ = networks::class_centres(kClasses, 2, 3.0);
};

inline bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return false;
  return a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

inline bool same_bits(const AutoencoderResult& a, const AutoencoderResult& b) {
  return same_bits(a.train_latents, b.train_latents) &&
         same_bits(a.validation_latents, b.validation_latents) &&
         same_bits(a.test_latents, b.test_latents) &&
         same_bits(a.validation_errors, b.validation_errors) &&
         same_bits(a.test_errors, b.test_errors) && same_bits(a.loss_history, b.loss_history) &&
         same_bits(a.encoder_weights, b.encoder_weights) &&
         same_bits(a.decoder_weights, b.decoder_weights) &&
         same_bits(a.learned_centres, b.learned_centres) && a.epochs_run == b.epochs_run &&
         a.best_epoch == b.best_epoch;
}

inline bool same_bits(const ClassifierResult& a, const ClassifierResult& b) {
  return same_bits(a.validation_log_probabilities, b.validation_log_probabilities) &&
         same_bits(a.test_log_probabilities, b.test_log_probabilities) &&
         same_bits(a.loss_history, b.loss_history) &&
         same_bits(a.encoder_weights, b.encoder_weights) &&
         same_bits(a.head_weights, b.head_weights) && a.epochs_run == b.epochs_run &&
         a.best_epoch == b.best_epoch;
}

}  // namespace clvae::train
