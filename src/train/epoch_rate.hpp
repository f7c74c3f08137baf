#pragma once
/// \file
/// How fast trainings that are advanced in turn come forward, by the epochs that they end.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "train/stopwatch.hpp"
#include "train/training.hpp"

namespace clvae::train {

/// Epochs a second of all trainings together, which have no end. Each is measured from its own
/// first epoch's end to its own last one's, so that it does not matter how much of an epoch a piece
/// makes: in a lane of a GPU a piece asks for many steps, or for none while there is enough to do.
/// \param seconds at least, and at least two epochs of each
inline double epochs_per_second(const std::vector<std::unique_ptr<Training>>& trainings,
                                double seconds) {
  constexpr int kFewestEpochs = 2;
  struct Ended {
    int epochs = 0;  ///< after the first, which warms up
    double first = 0;
    double last = 0;
    bool is_first = true;
  };
  std::vector<Ended> ended(trainings.size());
  const Stopwatch watch;
  const auto is_enough = [&](const Ended& lane) {
    return lane.epochs >= kFewestEpochs && lane.last - lane.first >= seconds;
  };
  while (!std::all_of(ended.begin(), ended.end(), is_enough)) {
    for (std::size_t i = 0; i < trainings.size(); ++i) {
      if (trainings[i]->advance() != Piece::epoch_ended) continue;
      Ended& lane = ended[i];
      lane.last = watch.seconds();
      if (lane.is_first) {
        lane.first = lane.last;
      } else {
        ++lane.epochs;
      }
      lane.is_first = false;
    }
  }
  double rate = 0;
  for (const Ended& lane : ended) rate += lane.epochs / (lane.last - lane.first);
  return rate;
}

}  // namespace clvae::train
