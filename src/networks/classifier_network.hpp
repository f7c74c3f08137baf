#pragma once
/// \file
/// A convolutional classifier of the inlier classes, with the encoder's layers.

#include <torch/torch.h>

#include "networks/architecture.hpp"
#include "networks/flat_weights.hpp"
#include "networks/precision.hpp"

namespace clvae::networks {

/// The encoder's convolutions and dense layer, and one logit for each class; with weights in
/// float32, channels-last.
class ClassifierNetwork {
 public:
  /// Weights are zero until `initialise` or `FlatWeights::from_vector`.
  /// \throws UsageError as `check`, or where classes < 2
  ClassifierNetwork(const Architecture& architecture, int classes, torch::Device device);

  /// Glorot-uniform weights and zero biases.
  void initialise(RandomStream& stream);

  /// \param images [batch, channels, height, width] in 0..1, channels-last
  /// \param precision of the maps between convolutions  \return [batch, K], float32
  torch::Tensor logits(const torch::Tensor& images, Precision precision = Precision::float32) const;

  const Architecture& architecture() const { return architecture_; }
  FlatWeights& features() { return features_; }
  FlatWeights& head() { return head_; }
  const FlatWeights& features() const { return features_; }
  const FlatWeights& head() const { return head_; }

 private:
  Architecture architecture_;
  FlatWeights features_;
  FlatWeights head_;
};

}  // namespace clvae::networks
