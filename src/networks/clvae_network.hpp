#pragma once
/// \file
/// Encoder and decoder of a Conditional Latent-space VAE; those of a plain VAE are the same.

#include <torch/torch.h>

#include "networks/architecture.hpp"
#include "networks/flat_weights.hpp"
#include "networks/precision.hpp"

namespace clvae::networks {

/// What the encoder says of each image: a diagonal Gaussian in latent space.
struct Posterior {
  torch::Tensor mean;          ///< [batch, d]
  torch::Tensor log_variance;  ///< [batch, d]
};

/// Encoder and decoder, with weights in float32, channels-last.
class ClvaeNetwork {
 public:
  /// Weights are zero until `initialise` or `FlatWeights::from_vector`. \throws UsageError as
  /// `check`
  ClvaeNetwork(const Architecture& architecture, torch::Device device);

  /// An encoder that is only used: without a decoder, and without gradients. \throws UsageError as
  /// `check`
  static ClvaeNetwork encoder_only(const Architecture& architecture, torch::Device device);

  /// Glorot-uniform weights and zero biases.
  void initialise(RandomStream& stream);

  /// \param images [batch, channels, height, width] in 0..1 or of features, channels-last
  /// \param precision of the maps between convolutions; what comes out is float32
  Posterior encode(const torch::Tensor& images, Precision precision = Precision::float32) const;

  /// \param latents [batch, d]
  /// \return [batch, channels, height, width], before the sigmoid; images are its sigmoid, features
  /// what it is
  torch::Tensor decode(const torch::Tensor& latents,
                       Precision precision = Precision::float32) const;

  FlatWeights& encoder() { return encoder_; }
  FlatWeights& decoder() { return decoder_; }
  const FlatWeights& encoder() const { return encoder_; }
  const FlatWeights& decoder() const { return decoder_; }

  const Architecture& architecture() const { return architecture_; }

 private:
  ClvaeNetwork(const Architecture& architecture, FlatWeights encoder, FlatWeights decoder);
  torch::Tensor decode_features(const torch::Tensor& latents) const;

  Architecture architecture_;
  FlatWeights encoder_;
  FlatWeights decoder_;
};

}  // namespace clvae::networks
