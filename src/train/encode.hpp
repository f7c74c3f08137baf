#pragma once
/// \file
/// What a trained member says of samples: latents and reconstruction errors, or class
/// probabilities.

#include <functional>
#include <vector>

#include "networks/classifier_network.hpp"
#include "networks/clvae_network.hpp"
#include "train/batches.hpp"

namespace clvae::train {

/// How many samples are encoded together. Fixed, since the rounding of a product may depend on the
/// number of its rows. Of images as many as leave their maps in the cache from layer to layer; the
/// layers of features are so small that it is the calls that count.
inline std::int64_t encoding_batch(const networks::Architecture& architecture) {
  constexpr std::int64_t kImages = 64;
  constexpr std::int64_t kFeatures = 256;
  return architecture.is_dense() ? kFeatures : kImages;
}

struct Encoded {
  std::vector<float> latents;  ///< [n, d], posterior means
  std::vector<float> errors;   ///< [n], squared error a value; empty unless wanted
};

/// Encodes all samples in order. `between_batches` may be empty.
Encoded encode(const networks::ClvaeNetwork& network, const DeviceSamples& samples,
               bool with_errors, const std::function<void()>& between_batches);

/// Logarithms of the class probabilities of all samples, in order. [n, K]
std::vector<float> log_probabilities(const networks::ClassifierNetwork& network,
                                     const DeviceSamples& samples,
                                     const std::function<void()>& between_batches);

}  // namespace clvae::train
