#pragma once
/// \file
/// What all trainings on one device share.

#include <cstdint>
#include <memory>

#include <torch/types.h>

#include "train/batches.hpp"
#include "train/lane.hpp"
#include "train/training.hpp"

namespace clvae::train {

/// The samples on a device, what the trainings on it are told, and the lanes there. Trainings only
/// read it, and take a lane each, so that any number of them can be driven in turn.
struct TrainingContext {
  /// Copies the samples to a GPU, bytes as bytes; on the CPU they are used where they lie, and must
  /// stay there. Those that are to be read go through one buffer: for each epoch blocks of the
  /// training part in a random order (`block_order`), all else in its order.
  /// \throws UsageError where architecture, options and samples don't fit together, RunError where
  /// the device can't be used
  TrainingContext(const TrainingOptions& wanted, const Samples& train_part,
                  const Samples& validation_part, const Samples& test_part);

  TrainingOptions options;
  torch::Device device;
  DeviceSamples train;
  DeviceSamples validation;
  DeviceSamples test;
  int classes = 0;               ///< K
  std::unique_ptr<Lanes> lanes;  ///< never null

  std::int64_t steps_per_epoch() const {
    return (train.size() + options.batch_size - 1) / options.batch_size;
  }

 private:
  TrainingContext(const TrainingOptions& wanted, torch::Device place,
                  const std::shared_ptr<SampleBuffer>& buffer, const Samples& train_part,
                  const Samples& validation_part, const Samples& test_part);
};

}  // namespace clvae::train
