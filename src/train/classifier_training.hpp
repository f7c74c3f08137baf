#pragma once
/// \file
/// One attempt at one classifier, from fresh weights to class probabilities.

#include <vector>

#include "networks/classifier_network.hpp"
#include "train/epochs.hpp"

namespace clvae::train {

/// Trains the network of one member by cross-entropy. `context` and `hooks` must outlive it.
class ClassifierTraining : public Objective {
 public:
  ClassifierTraining(const TrainingContext& context, Seed seed, const Hooks& hooks);
  /// \throws AttemptError where a loss is not finite
  ClassifierResult run();

  std::vector<networks::FlatWeights*> weights() override;
  std::size_t terms() const override { return kClassifierTermCount / 2; }
  void begin_epoch(int /*epoch*/) override {}  // nothing but the order of the samples is drawn
  std::vector<torch::Tensor> train_loss(const EpochOrder& order, std::int64_t begin,
                                        std::int64_t count) override;
  std::vector<torch::Tensor> validation_loss(std::int64_t begin, std::int64_t count) override;

 private:
  /// Cross-entropy and accuracy.
  std::vector<torch::Tensor> loss_of(const torch::Tensor& images, const torch::Tensor& classes,
                                     networks::Precision precision) const;

  const TrainingContext& context_;
  const Hooks& hooks_;
  Seed seed_;
  networks::ClassifierNetwork network_;
};

}  // namespace clvae::train
