#pragma once
/// \file
/// The shape of an encoder, convolutional for images and dense for vectors of features, its
/// mirrored decoder, and a classifier of the same layers; and the loss that encoder and decoder are
/// trained by.

#include <cstdint>
#include <vector>

namespace clvae::networks {

/// One 3x3 convolution of the encoder.
struct ConvolutionLayer {
  int channels = 0;  ///< of its output
  int stride = 1;    ///< 1 keeps the image's size, 2 halves it
};

/// Everything that decides the networks' parameter shapes.
struct Architecture {
  int channels = 0;    ///< of an image; or features
  int height = 0;      ///< pixels
  int width = 0;       ///< pixels
  int latent_dim = 0;  ///< d
  int hidden = 0;      ///< units of the dense layer before the heads; of images
  std::vector<ConvolutionLayer> convolutions;  ///< of images
  std::vector<int> layers = {};  ///< units of each dense layer, of vectors of features; else empty

  /// Whether samples are vectors of features.
  bool is_dense() const { return !layers.empty(); }
  /// Units that the heads see.
  int last_units() const { return is_dense() ? layers.back() : hidden; }
  /// Layers before the heads.
  std::size_t feature_layers() const {
    return is_dense() ? layers.size() : convolutions.size() + 1;
  }

  std::int64_t pixels() const { return static_cast<std::int64_t>(channels) * height * width; }
};

/// Throws where the architecture can't be built.
/// \throws UsageError where a size is not positive, a stride is neither 1 nor 2, a stride of 2
///   meets an odd height or width (the mirrored decoder could not restore it), or dense layers are
///   to encode images
void check(const Architecture& architecture);

/// Size of one layer's output.
struct FeatureMap {
  int channels = 0;
  int height = 0;
  int width = 0;
};

/// The image, then the output of each convolution of the encoder; or the features and the output of
/// each dense layer, as maps of one pixel.
std::vector<FeatureMap> feature_maps(const Architecture& architecture);

/// Parameters of the encoder (its layers and both heads).
std::int64_t encoder_parameters(const Architecture& architecture);
/// Parameters of the decoder.
std::int64_t decoder_parameters(const Architecture& architecture);
/// Parameters of a classifier's layers before its head.
std::int64_t feature_parameters(const Architecture& architecture);
/// Parameters of a classifier's head.
std::int64_t head_parameters(const Architecture& architecture, int classes);
/// Multiplications and additions of one training step of encoder and decoder, for each sample
/// (forward, and backward for inputs and weights; none for the images).
double training_flops(const Architecture& architecture);
/// The same for a classifier.
double classifier_training_flops(const Architecture& architecture, int classes);

/// Between images and the sigmoid of what is decoded, or, for features, what is decoded as it is.
enum class ReconstructionError { squared, cross_entropy, squared_values };
enum class Reduce { mean, sum };
/// Where the prior term is taken: in closed form, or by the same formula with the sampled latent in
/// place of the posterior mean, as the authors' public code has it.
enum class PriorAt { closed_form, sample };

/// The terms of the loss (paper eq. 7): alpha * reconstruction + (1 - alpha) * prior.
struct LossOptions {
  double alpha = 1.0 / 6.0;
  ReconstructionError error = ReconstructionError::squared;
  Reduce reconstruction_over = Reduce::mean;  ///< pixels and channels
  Reduce prior_over = Reduce::sum;            ///< latent dimensions
  PriorAt prior_at = PriorAt::closed_form;
};

}  // namespace clvae::networks
