#pragma once
/// \file
/// Drives trainings to their ends, as a job does.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clvae/core/errors.hpp"
#include "networks/losses.hpp"
#include "train/autoencoder_training.hpp"
#include "train/classifier_training.hpp"
#include "train/context.hpp"
#include "train/pca.hpp"

namespace clvae::train {

/// What a test does while a member trains; any of them may be empty.
struct Hooks {
  std::function<void()> between_batches;
  std::function<void(const EpochReport&)> after_epoch;
  std::function<void()> training_ended;
  std::function<bool()> is_stopping;             ///< asked after each batch
  std::function<bool(int epochs)> is_state_due;  ///< asked after each batch of the training
  std::function<void(const std::string& state)> keep_state;
  std::string state;  ///< to go on from
};

/// What a CL-VAE minimises.
inline AutoencoderGoal clvae_goal(const networks::LossOptions& options,
                                  const std::vector<double>& centres) {
  return {"clvae",
          [options](const networks::Posterior& posterior, const torch::Tensor& latents,
                    const torch::Tensor& errors, const torch::Tensor& of_samples) {
            return networks::clvae_loss(posterior, latents, errors, of_samples, options);
          },
          centres};
}

/// What a plain VAE minimises.
inline AutoencoderGoal vae_goal(const networks::LossOptions& options) {
  return {"vae",
          [options](const networks::Posterior& posterior, const torch::Tensor& /*latents*/,
                    const torch::Tensor& errors, const torch::Tensor& /*centres*/) {
            return networks::vae_loss(posterior, errors, options);
          },
          {}};
}

/// Advances a training until it is done. \throws InterruptedError where the hooks stop it
inline void finish(Training& training, const Hooks& hooks) {
  bool has_kept_the_end = false;
  while (true) {
    const Piece piece = training.advance();
    if (piece == Piece::done) return;
    if (piece == Piece::epoch_ended && hooks.after_epoch) hooks.after_epoch(training.epoch());
    if (piece == Piece::training_ended && hooks.training_ended) hooks.training_ended();
    if (piece != Piece::batch) continue;
    if (hooks.between_batches) hooks.between_batches();
    const bool stops = hooks.is_stopping && hooks.is_stopping();
    const bool is_due =
        !training.has_ended() && hooks.is_state_due && hooks.is_state_due(training.epochs_ended());
    if ((is_due || (stops && !has_kept_the_end)) && hooks.keep_state) {
      hooks.keep_state(training.state());
      has_kept_the_end = training.has_ended();
    }
    if (stops && !training.has_ended()) throw InterruptedError("the training was stopped");
  }
}

/// Advances a training to its end. \return what it leaves
template <class Made>
auto trained(Made&& training, const Hooks& hooks) {
  finish(training, hooks);
  return training.result();
}

/// Trains member after member on the same samples.
class Trainer {
 public:
  Trainer(const TrainingOptions& options, const Samples& train, const Samples& validation,
          const Samples& test)
      : context_(std::make_unique<TrainingContext>(options, train, validation, test)) {}

  AutoencoderResult train_clvae(Seed seed, const std::vector<double>& centres, const Hooks& hooks) {
    return trained(AutoencoderTraining(*context_, seed, clvae_goal(context_->options.loss, centres),
                                       hooks.state),
                   hooks);
  }
  AutoencoderResult train_vae(Seed seed, const Hooks& hooks) {
    return trained(
        AutoencoderTraining(*context_, seed, vae_goal(context_->options.loss), hooks.state), hooks);
  }
  ClassifierResult train_cnn(Seed seed, const Hooks& hooks) {
    return trained(ClassifierTraining(*context_, seed, hooks.state), hooks);
  }
  void use_lanes(Lanes::Make make) { context_->lanes = std::make_unique<Lanes>(std::move(make)); }
  const TrainingContext& context() const { return *context_; }

 private:
  std::unique_ptr<TrainingContext> context_;
};

inline PcaResult train_pca(const Samples& train, const Samples& validation, const Samples& test,
                           std::int64_t pixels_per_image, int components, const Hooks& hooks) {
  PcaTraining training(train, validation, test, pixels_per_image, components);
  finish(training, hooks);
  return training.result();
}

}  // namespace clvae::train
