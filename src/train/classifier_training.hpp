#pragma once
/// \file
/// One attempt at one classifier, from fresh weights to class probabilities.

#include <string>
#include <vector>

#include "networks/classifier_network.hpp"
#include "train/network_training.hpp"

namespace clvae::train {

/// Trains the network of one member by cross-entropy.
class ClassifierTraining : public NetworkTraining {
 public:
  /// \param context must outlive it  \param state to go on from; may be empty
  /// \throws UsageError where there is only one class, StateError
  ClassifierTraining(const TrainingContext& context, Seed seed, const std::string& state);
  /// What the member leaves. To be called once, when it is done.
  ClassifierResult result();

 protected:
  std::vector<networks::FlatWeights*> weights() override;
  std::size_t terms() const override { return kClassifierTermCount / 2; }
  void begin_epoch(int /*epoch*/) override {}  // nothing but the order of the samples is drawn
  std::vector<torch::Tensor> train_loss(const EpochOrder& order, std::int64_t begin,
                                        std::int64_t count) override;
  std::vector<torch::Tensor> validation_loss(std::int64_t begin, std::int64_t count) override;
  std::vector<Pass> encoding() override;

 private:
  /// Cross-entropy and accuracy.
  std::vector<torch::Tensor> loss_of(const torch::Tensor& images, const torch::Tensor& classes,
                                     networks::Precision precision) const;

  const TrainingContext& context_;
  networks::ClassifierNetwork network_;
  std::vector<float> validation_;  ///< [n, K], logarithms of probabilities
  std::vector<float> test_;        ///< [n, K]
};

}  // namespace clvae::train
