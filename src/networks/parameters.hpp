#pragma once
/// \file
/// The parameters of the networks in the order in which they lie in memory and in run files.

#include <cstdint>
#include <string>
#include <vector>

#include "networks/architecture.hpp"

namespace clvae::networks {

/// One weight or bias tensor.
struct Parameter {
  std::string name;                 ///< e.g. "encoder.convolution_1.weight"
  std::vector<std::int64_t> shape;  ///< as PyTorch has it, with the exception below
  std::int64_t inputs = 0;          ///< fan-in; 0 for a bias
  std::int64_t outputs = 0;         ///< fan-out; 0 for a bias
  std::int64_t size() const;
};

/// The layers that a classifier shares with the encoder: each convolution and the dense layer, or
/// all dense layers; weight before bias. Any rank.
std::vector<Parameter> feature_layout(const Architecture& architecture);

/// A classifier's head: from the dense layer to one logit for each class. Any rank.
std::vector<Parameter> head_layout(const Architecture& architecture, int classes);

/// The encoder's parameters: the layers above, the two heads; weight before bias.
/// The dense layer counts its inputs row by row, column by column, channel by channel
/// (channels-last), where PyTorch's flatten would put the channel first. Any rank.
std::vector<Parameter> encoder_layout(const Architecture& architecture);

/// The decoder's parameters: the dense layer (outputs channels-last), the transposed convolutions
/// (weights [inputs, outputs, 3, 3]), the last one to the image. Of features: the encoder's layers
/// in reverse, the last one to the features. Any rank.
std::vector<Parameter> decoder_layout(const Architecture& architecture);

}  // namespace clvae::networks
