#include "clvae/model/clvae_network.hpp"

#include "fast_layers.hpp"

namespace clvae::model {

namespace {

const Architecture& checked(const Architecture& architecture) {
  check(architecture);
  return architecture;
}

torch::Tensor dense(const FlatWeights& weights, std::size_t layer, const torch::Tensor& input) {
  return at::linear(input, weights[2 * layer], weights[2 * layer + 1]);
}

}  // namespace

ClvaeNetwork::ClvaeNetwork(const Architecture& architecture, torch::Device device)
    : architecture_(checked(architecture)),
      encoder_(encoder_layout(architecture), device),
      decoder_(decoder_layout(architecture), device) {}

void ClvaeNetwork::initialise(RandomStream& stream) {
  encoder_.initialise(stream);
  decoder_.initialise(stream);
}

Posterior ClvaeNetwork::encode(const torch::Tensor& images) const {
  const std::size_t convolutions = architecture_.convolutions.size();
  torch::Tensor map = images;
  for (std::size_t i = 0; i < convolutions; ++i) {
    map = convolution_relu(map, encoder_[2 * i], encoder_[2 * i + 1],
                           architecture_.convolutions[i].stride);
  }
  // Channels-last memory is already in the order in which the dense layer counts its inputs.
  const torch::Tensor features = map.permute({0, 2, 3, 1}).reshape({map.size(0), -1});
  const torch::Tensor hidden = at::relu(dense(encoder_, convolutions, features));
  return {dense(encoder_, convolutions + 1, hidden), dense(encoder_, convolutions + 2, hidden)};
}

torch::Tensor ClvaeNetwork::decode(const torch::Tensor& latents) const {
  const FeatureMap first = feature_maps(architecture_).back();
  torch::Tensor map = at::relu(dense(decoder_, 0, latents))
                          .view({latents.size(0), first.height, first.width, first.channels})
                          .permute({0, 3, 1, 2});
  const std::size_t convolutions = architecture_.convolutions.size();
  for (std::size_t i = 1; i <= convolutions; ++i) {
    map = transposed_convolution_relu(map, decoder_[2 * i], decoder_[2 * i + 1],
                                      architecture_.convolutions[convolutions - i].stride);
  }
  return transposed_convolution_to_image(map, decoder_[2 * convolutions + 2],
                                         decoder_[2 * convolutions + 3]);
}

}  // namespace clvae::model
