#pragma once
/// \file
/// What a trained member says of samples: latents and reconstruction errors.

#include <functional>
#include <vector>

#include "batches.hpp"
#include "clvae/model/clvae_network.hpp"

namespace clvae::train {

struct Encoded {
  std::vector<float> latents;  ///< [n, d], posterior means
  std::vector<float> errors;   ///< [n], squared error a pixel; empty unless wanted
};

/// Encodes all samples in order. `between_batches` may be empty.
Encoded encode(const model::ClvaeNetwork& network, const DeviceSamples& samples, bool with_errors,
               const std::function<void()>& between_batches);

}  // namespace clvae::train
