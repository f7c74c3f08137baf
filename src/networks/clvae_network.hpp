#pragma once
/// \file
/// Encoder and decoder of a Conditional Latent-space VAE; those of a plain VAE are the same.

#include <torch/types.h>

#include "networks/architecture.hpp"
#include "networks/flat_weights.hpp"

namespace clvae::networks {

/// What the encoder says of each sample: a diagonal Gaussian in latent space.
struct Posterior {
  torch::Tensor mean;          ///< [batch, d]
  torch::Tensor log_variance;  ///< [batch, d]
};

/// An architecture's encoder and decoder with their weights, which are float32, channels-last.
class ClvaeNetwork {
 public:
  /// Weights are zero until `initialise` or `FlatWeights::from_vector`.
  ClvaeNetwork(const ArchitecturePtr& architecture, torch::Device device);

  /// An encoder that is only used: without a decoder, and without gradients.
  static ClvaeNetwork encoder_only(ArchitecturePtr architecture, torch::Device device);

  /// Glorot-uniform weights and zero biases.
  void initialise(RandomStream& stream);

  /// \param samples [batch, channels, height, width], as the architecture takes them, channels-last
  /// \param precision of large maps; what comes out is float32
  Posterior encode(const torch::Tensor& samples, Precision precision = Precision::float32) const;

  /// \param latents [batch, d]
  /// \return [batch, channels, height, width], as Architecture::decode has it
  torch::Tensor decode(const torch::Tensor& latents,
                       Precision precision = Precision::float32) const;

  FlatWeights& encoder() { return encoder_; }
  FlatWeights& decoder() { return decoder_; }
  const FlatWeights& encoder() const { return encoder_; }
  const FlatWeights& decoder() const { return decoder_; }

  const Architecture& architecture() const { return *architecture_; }

 private:
  ClvaeNetwork(ArchitecturePtr architecture, FlatWeights encoder, FlatWeights decoder);

  ArchitecturePtr architecture_;
  std::size_t first_head_;  ///< its number among the encoder's layers
  FlatWeights encoder_;
  FlatWeights decoder_;
};

}  // namespace clvae::networks
