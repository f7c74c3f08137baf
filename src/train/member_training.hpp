#pragma once
/// \file
/// One attempt at one member, from fresh weights to encodings.

#include <array>
#include <cstdint>
#include <vector>

#include <torch/torch.h>

#include "batches.hpp"
#include "clvae/model/clvae_network.hpp"
#include "clvae/model/losses.hpp"
#include "clvae/train/trainer.hpp"

namespace clvae::train {

/// What all members of a run share on one device.
struct TrainingContext {
  TrainingOptions options;
  torch::Device device;
  DeviceSamples train;
  DeviceSamples validation;
  DeviceSamples test;

  std::int64_t steps_per_epoch() const {
    return (train.size() + options.batch_size - 1) / options.batch_size;
  }
};

/// Trains the networks of one member. `context` and `hooks` must outlive it.
class MemberTraining {
 public:
  MemberTraining(const TrainingContext& context, Seed seed, const std::vector<double>& centres,
                 const Hooks& hooks);
  /// \throws AttemptError where a loss is not finite
  MemberResult run();

 private:
  /// Total, reconstruction and prior.
  using LossMeans = std::array<double, 3>;

  void fit(MemberResult& result);
  LossMeans train_epoch(int epoch);
  LossMeans validate() const;
  model::Loss loss_of(const torch::Tensor& images, const torch::Tensor& classes,
                      const torch::Tensor& noise) const;
  void encode_all(MemberResult& result) const;
  void between_batches() const;

  const TrainingContext& context_;
  const TrainingOptions& options_;
  const Hooks& hooks_;
  Seed seed_;
  model::ClvaeNetwork network_;
  torch::Tensor centres_;           ///< [K, d]
  torch::Tensor validation_noise_;  ///< the same in every epoch, so that epochs can be compared
  torch::optim::Adam optimizer_;
};

}  // namespace clvae::train
