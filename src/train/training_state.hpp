#pragma once
/// \file
/// What a training can go on from, and its way into bytes and back.

#include <cstdint>
#include <string>
#include <vector>

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
  std::int64_t steps_made = 0;                   ///< of the whole training
  /// The optimiser's.
  struct Moments {
    std::vector<float> mean;
    std::vector<float> square;
  };
  std::vector<Moments> moments;  ///< of each part
};

/// The state in LibTorch's serialisation: the moments as its own optimiser writes them, as versions
/// of this program did that used it.
std::string encode(const TrainingState& state);

/// \throws StateError
TrainingState decode(const std::string& bytes);

}  // namespace clvae::train
