#pragma once
/// \file
/// One attempt at one classifier, from fresh weights to class probabilities.

#include <string>
#include <vector>

#include "networks/classifier_network.hpp"
#include "train/network_training.hpp"

namespace clvae::train {

class ClassifierObjective;

/// Trains the network of one member by cross-entropy.
class ClassifierTraining : public NetworkTraining {
 public:
  /// \param context must outlive it  \param state to go on from; may be empty
  /// \throws UsageError where there is only one class, StateError
  ClassifierTraining(const TrainingContext& context, Seed seed, const std::string& state);
  /// What the member leaves. To be called once, when it is done.
  ClassifierResult result();

 protected:
  std::vector<Pass> encoding() override;

 private:
  ClassifierObjective* objective_ = nullptr;  ///< the lane's
  std::vector<float> validation_;             ///< [n, K], logarithms of probabilities
  std::vector<float> test_;                   ///< [n, K]
};

}  // namespace clvae::train
