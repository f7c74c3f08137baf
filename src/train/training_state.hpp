#pragma once
/// \file
/// What a training can go on from, and its way into bytes and back.

#include <cstdint>
#include <string>
#include <vector>

#include <torch/optim/adam.h>
#include <torch/types.h>

#include "train/early_stopping.hpp"

namespace clvae::train {

/// Where a training stands between two batches. Orders of samples and noise are not in it: they
/// follow from the seed and the epoch.
struct TrainingState {
  int epoch = 0;                 ///< that is being run; as many have ended
  std::int64_t step = 0;         ///< steps of it that were made
  std::vector<double> sums;      ///< of the losses of these steps
  std::int64_t samples = 0;      ///< in them
  std::vector<double> stopping;  ///< epochs, best epoch, best loss
  std::vector<float> loss_history;
  std::vector<std::vector<float>> weights;       ///< of each part of the network
  std::vector<std::vector<float>> best_weights;  ///< the same of the best epoch; empty before one
  double seconds = 0;                            ///< trained so far
};

/// The state with the optimiser's moments, in LibTorch's serialisation.
std::string encode(const TrainingState& state, const torch::optim::Adam& optimizer);

/// \param optimizer of the same parameters, takes the moments over
/// \throws StateError
TrainingState decode(const std::string& bytes, torch::Device device, torch::optim::Adam& optimizer);

}  // namespace clvae::train
