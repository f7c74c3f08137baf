#include "networks/clvae_network.hpp"

#include <utility>

namespace clvae::networks {

ClvaeNetwork::ClvaeNetwork(ArchitecturePtr architecture, FlatWeights encoder, FlatWeights decoder)
    : architecture_(std::move(architecture)),
      first_head_(architecture_->feature_layout().size() / 2),  // a weight and a bias each
      encoder_(std::move(encoder)),
      decoder_(std::move(decoder)) {}

ClvaeNetwork::ClvaeNetwork(const ArchitecturePtr& architecture, torch::Device device)
    : ClvaeNetwork(architecture, FlatWeights(architecture->encoder_layout(), device),
                   FlatWeights(architecture->decoder_layout(), device)) {}

ClvaeNetwork ClvaeNetwork::encoder_only(ArchitecturePtr architecture, torch::Device device) {
  constexpr auto kNone = FlatWeights::Gradients::none;
  FlatWeights encoder(architecture->encoder_layout(), device, kNone);
  return {std::move(architecture), std::move(encoder), FlatWeights({}, device, kNone)};
}

void ClvaeNetwork::initialise(RandomStream& stream) {
  encoder_.initialise(stream);
  decoder_.initialise(stream);
}

Posterior ClvaeNetwork::encode(const torch::Tensor& samples, Precision precision) const {
  const torch::Tensor features = architecture_->features(encoder_, samples, precision);
  return {dense_layer(encoder_, first_head_, features),
          dense_layer(encoder_, first_head_ + 1, features)};
}

torch::Tensor ClvaeNetwork::decode(const torch::Tensor& latents, Precision precision) const {
  return architecture_->decode(decoder_, latents, precision);
}

}  // namespace clvae::networks
