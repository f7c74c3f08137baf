#pragma once
/// \file
/// Training one network from epoch to epoch, whatever its loss.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "networks/flat_weights.hpp"
#include "train/batches.hpp"
#include "train/trainer.hpp"

namespace clvae::train {

/// What all members of a run share on one device.
struct TrainingContext {
  TrainingOptions options;
  torch::Device device;
  DeviceSamples train;
  DeviceSamples validation;
  DeviceSamples test;
  int classes = 0;  ///< K

  std::int64_t steps_per_epoch() const {
    return (train.size() + options.batch_size - 1) / options.batch_size;
  }
};

/// A network and its loss, as the epochs see them.
class Objective {
 public:
  Objective() = default;
  virtual ~Objective() = default;
  Objective(const Objective&) = delete;
  Objective& operator=(const Objective&) = delete;

  /// What the optimiser updates; always in the same order.
  virtual std::vector<networks::FlatWeights*> weights() = 0;
  /// How many terms a loss has.
  virtual std::size_t terms() const = 0;
  /// Called before the batches of each epoch.
  virtual void begin_epoch(int epoch) = 0;
  /// What is minimised and then its other terms, each the mean over the batch; scalars.
  /// \param order of the epoch  \param begin place of the batch's first sample in it
  virtual std::vector<torch::Tensor> train_loss(const EpochOrder& order, std::int64_t begin,
                                                std::int64_t count) = 0;
  /// The same of validation samples.
  virtual std::vector<torch::Tensor> validation_loss(std::int64_t begin, std::int64_t count) = 0;
};

/// How a training ended.
struct EpochsResult {
  TrainingRecord record;
  std::string final_state;  ///< from which only encoding is left; empty where no hook keeps it
};

/// Trains the objective's weights until the epochs or the patience end, and puts the best epoch's
/// back. \throws AttemptError where a loss is not finite; InterruptedError, StateError as `Trainer`
EpochsResult run_epochs(const TrainingContext& context, Seed seed, Objective& objective,
                        const Hooks& hooks);

/// What to call between the batches of the encoding that follows: as the training is done, a job
/// that stops gets the final state once, and the encoding goes on.
std::function<void()> encoding_hook(const Hooks& hooks, std::string final_state);

}  // namespace clvae::train
