#pragma once
/// \file
/// The layers that encoder and classifier have in common.

#include <torch/torch.h>

#include "networks/architecture.hpp"
#include "networks/flat_weights.hpp"
#include "networks/precision.hpp"

namespace clvae::networks {

/// The output of one dense layer, of which the weights hold the parameters as number `layer`.
torch::Tensor dense(const FlatWeights& weights, std::size_t layer, const torch::Tensor& input);

/// The images after the convolutions and the dense layer with ReLU, or features after all dense
/// layers.
/// \param weights that begin with `feature_layout`
/// \param images [batch, channels, height, width] in 0..1, channels-last  \return [batch, units]
torch::Tensor encoder_features(const Architecture& architecture, const FlatWeights& weights,
                               const torch::Tensor& images, Precision precision);

/// The type of the maps between convolutions.
torch::ScalarType map_type(Precision precision);

}  // namespace clvae::networks
