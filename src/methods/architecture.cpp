#include "methods/architecture.hpp"

#include "networks/architectures.hpp"

namespace clvae::methods {

namespace {

std::vector<networks::ConvolutionLayer> convolutions_of(const config::Model& model) {
  std::vector<networks::ConvolutionLayer> layers;
  for (const config::Convolution& layer : model.convolutions) {
    layers.push_back({layer.channels, layer.stride});
  }
  return layers;
}

}  // namespace

// One line for each architecture.
networks::ArchitecturePtr architecture_of(const config::Config& config,
                                          const data::ImageShape& shape) {
  const config::Model& model = config.model;
  if (!shape.is_image()) return networks::dense(shape.channels, model.latent_dim, model.layers);
  return networks::convolutional({shape.channels, shape.height, shape.width}, model.latent_dim,
                                 model.hidden, convolutions_of(model));
}

}  // namespace clvae::methods
