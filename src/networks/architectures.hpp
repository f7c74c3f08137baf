#pragma once
/// \file
/// The architectures that there are; each is one source file of its own.
///
/// `methods::architecture_of` picks the one that a config and the shape of its samples ask for.

#include <vector>

#include "networks/architecture.hpp"

namespace clvae::networks {

/// One 3x3 convolution of the encoder.
struct ConvolutionLayer {
  int channels = 0;  ///< of its output
  int stride = 1;    ///< 1 keeps the image's size, 2 halves it
};

/// Convolutions with ReLU, a dense layer of `hidden` units, and the mirrored decoder, for images.
/// \throws UsageError where a size is not positive, a stride is neither 1 nor 2, or a stride of 2
///   meets an odd height or width, which the mirrored decoder could not restore
ArchitecturePtr convolutional(const SampleSize& image, int latent_dim, int hidden,
                              const std::vector<ConvolutionLayer>& convolutions);

/// Dense layers with ReLU and their mirror, for vectors of features.
/// \param units of each layer, from the features on
/// \throws UsageError where there is no layer, or a size is not positive
ArchitecturePtr dense(int features, int latent_dim, const std::vector<int>& units);

}  // namespace clvae::networks
