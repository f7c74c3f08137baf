#pragma once
/// \file
/// The parameters of a network, in the order in which they lie in memory and in run files.

#include <cstdint>
#include <string>
#include <vector>

namespace clvae::networks {

/// One weight or bias tensor.
struct Parameter {
  std::string name;                 ///< e.g. "encoder.convolution_1.weight"
  std::vector<std::int64_t> shape;  ///< as PyTorch has it, but for what a network says of its own
  std::int64_t inputs = 0;          ///< fan-in; 0 for a bias
  std::int64_t outputs = 0;         ///< fan-out; 0 for a bias
  std::int64_t size() const;
};

/// The parameters of layers in order, weight before bias.
using Layout = std::vector<Parameter>;

/// Numbers that all parameters of a layout have together. Any rank.
std::int64_t parameters_in(const Layout& layout);

/// Adds a dense layer: "NAME.weight" [outputs, inputs] and "NAME.bias" [outputs].
void add_dense(Layout& layout, const std::string& name, std::int64_t inputs, std::int64_t outputs);

}  // namespace clvae::networks
