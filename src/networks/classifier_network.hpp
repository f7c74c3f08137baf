#pragma once
/// \file
/// A classifier of the inlier classes, with the encoder's layers.

#include <torch/types.h>

#include "networks/architecture.hpp"
#include "networks/flat_weights.hpp"

namespace clvae::networks {

/// An architecture's layers before the heads, and one logit for each class, with their weights,
/// which are float32, channels-last.
class ClassifierNetwork {
 public:
  /// Weights are zero until `initialise` or `FlatWeights::from_vector`.
  /// \throws UsageError where classes < 2
  ClassifierNetwork(ArchitecturePtr architecture, int classes, torch::Device device);

  /// Glorot-uniform weights and zero biases.
  void initialise(RandomStream& stream);

  /// \param samples [batch, channels, height, width], as the architecture takes them, channels-last
  /// \param precision of large maps  \return [batch, K], float32
  torch::Tensor logits(const torch::Tensor& samples,
                       Precision precision = Precision::float32) const;

  const Architecture& architecture() const { return *architecture_; }
  FlatWeights& features() { return features_; }
  FlatWeights& head() { return head_; }
  const FlatWeights& features() const { return features_; }
  const FlatWeights& head() const { return head_; }

 private:
  ArchitecturePtr architecture_;
  FlatWeights features_;
  FlatWeights head_;
};

}  // namespace clvae::networks
