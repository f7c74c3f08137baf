#include "networks/clvae_network.hpp"

#include "networks/encoder_features.hpp"
#include "networks/fast_layers.hpp"

namespace clvae::networks {

namespace {

const Architecture& checked(const Architecture& architecture) {
  check(architecture);
  return architecture;
}

}  // namespace

ClvaeNetwork::ClvaeNetwork(const Architecture& architecture, torch::Device device)
    : architecture_(checked(architecture)),
      encoder_(encoder_layout(architecture), device),
      decoder_(decoder_layout(architecture), device) {}

ClvaeNetwork::ClvaeNetwork(const Architecture& architecture, FlatWeights encoder,
                           FlatWeights decoder)
    : architecture_(architecture), encoder_(std::move(encoder)), decoder_(std::move(decoder)) {}

ClvaeNetwork ClvaeNetwork::encoder_only(const Architecture& architecture, torch::Device device) {
  constexpr auto kNone = FlatWeights::Gradients::none;
  return {checked(architecture), FlatWeights(encoder_layout(architecture), device, kNone),
          FlatWeights({}, device, kNone)};
}

void ClvaeNetwork::initialise(RandomStream& stream) {
  encoder_.initialise(stream);
  decoder_.initialise(stream);
}

Posterior ClvaeNetwork::encode(const torch::Tensor& images, Precision precision) const {
  const std::size_t heads = architecture_.feature_layers();
  const torch::Tensor hidden = encoder_features(architecture_, encoder_, images, precision);
  return {dense(encoder_, heads, hidden), dense(encoder_, heads + 1, hidden)};
}

torch::Tensor ClvaeNetwork::decode(const torch::Tensor& latents, Precision precision) const {
  if (architecture_.is_dense()) return decode_features(latents);
  const FeatureMap first = feature_maps(architecture_).back();
  torch::Tensor map = at::relu(dense(decoder_, 0, latents))
                          .view({latents.size(0), first.height, first.width, first.channels})
                          .permute({0, 3, 1, 2})
                          .to(map_type(precision));
  const std::size_t convolutions = architecture_.convolutions.size();
  for (std::size_t i = 1; i <= convolutions; ++i) {
    map = transposed_convolution_relu(map, decoder_[2 * i], decoder_[2 * i + 1],
                                      architecture_.convolutions[convolutions - i].stride);
  }
  return transposed_convolution_to_image(map, decoder_[2 * convolutions + 2],
                                         decoder_[2 * convolutions + 3]);
}

torch::Tensor ClvaeNetwork::decode_features(const torch::Tensor& latents) const {
  const std::size_t layers = architecture_.layers.size();
  torch::Tensor values = latents;
  for (std::size_t i = 0; i < layers; ++i) values = at::relu(dense(decoder_, i, values));
  return dense(decoder_, layers, values).view({latents.size(0), architecture_.channels, 1, 1});
}

}  // namespace clvae::networks
