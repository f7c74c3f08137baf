#include "encode.hpp"

#include <algorithm>

#include "clvae/model/losses.hpp"

namespace clvae::train {

namespace {

/// Fixed, since the rounding of a product may depend on the number of its rows.
constexpr std::int64_t kEncodingBatch = 256;

void append(std::vector<float>& values, const torch::Tensor& tensor) {
  const torch::Tensor copy = tensor.to(torch::kCPU).contiguous();
  values.insert(values.end(), copy.data_ptr<float>(), copy.data_ptr<float>() + copy.numel());
}

}  // namespace

Encoded encode(const model::ClvaeNetwork& network, const DeviceSamples& samples, bool with_errors,
               const std::function<void()>& between_batches) {
  const torch::NoGradGuard no_gradients;
  Encoded encoded;
  for (std::int64_t begin = 0; begin < samples.size(); begin += kEncodingBatch) {
    const torch::Tensor images =
        samples.images(begin, std::min(kEncodingBatch, samples.size() - begin));
    const torch::Tensor latents = network.encode(images).mean;
    append(encoded.latents, latents);
    if (with_errors) {
      append(encoded.errors,
             model::reconstruction_error(network.decode(latents), images,
                                         model::ReconstructionError::squared, model::Reduce::mean));
    }
    if (between_batches) between_batches();
  }
  return encoded;
}

}  // namespace clvae::train
