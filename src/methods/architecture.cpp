#include "methods/architecture.hpp"

namespace clvae::methods {

networks::Architecture architecture_of(const config::Config& config,
                                       const data::ImageShape& shape) {
  networks::Architecture architecture;
  architecture.channels = shape.channels;
  architecture.height = shape.height;
  architecture.width = shape.width;
  architecture.latent_dim = config.model.latent_dim;
  if (shape.is_vector) {
    architecture.layers = config.model.layers;
    networks::check(architecture);
    return architecture;
  }
  architecture.hidden = config.model.hidden;
  for (const config::Convolution& layer : config.model.convolutions) {
    architecture.convolutions.push_back({layer.channels, layer.stride});
  }
  networks::check(architecture);
  return architecture;
}

}  // namespace clvae::methods
