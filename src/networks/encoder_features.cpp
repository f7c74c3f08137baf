#include "networks/encoder_features.hpp"

#include "networks/fast_layers.hpp"

namespace clvae::networks {

torch::Tensor dense(const FlatWeights& weights, std::size_t layer, const torch::Tensor& input) {
  return at::linear(input, weights[2 * layer], weights[2 * layer + 1]);
}

namespace {

torch::Tensor dense_features(const Architecture& architecture, const FlatWeights& weights,
                             const torch::Tensor& samples) {
  torch::Tensor values = samples.flatten(1);
  for (std::size_t i = 0; i < architecture.layers.size(); ++i) {
    values = at::relu(dense(weights, i, values));
  }
  return values;
}

}  // namespace

torch::Tensor encoder_features(const Architecture& architecture, const FlatWeights& weights,
                               const torch::Tensor& images, Precision precision) {
  if (architecture.is_dense()) return dense_features(architecture, weights, images);
  const std::size_t convolutions = architecture.convolutions.size();
  torch::Tensor map = images;
  for (std::size_t i = 0; i < convolutions; ++i) {
    map = convolution_relu(map, weights[2 * i], weights[2 * i + 1],
                           architecture.convolutions[i].stride, map_type(precision));
  }
  // Channels-last memory is already in the order in which the dense layer counts its inputs.
  const torch::Tensor features =
      map.permute({0, 2, 3, 1}).reshape({map.size(0), -1}).to(torch::kFloat32);
  return at::relu(dense(weights, convolutions, features));
}

torch::ScalarType map_type(Precision precision) {
  return precision == Precision::bfloat16 ? torch::kBFloat16 : torch::kFloat32;
}

}  // namespace clvae::networks
