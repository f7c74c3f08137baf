#include "train/encode.hpp"

#include <algorithm>

#include "networks/losses.hpp"
#include "train/exact_products.hpp"

namespace clvae::train {

namespace {

void append(std::vector<float>& values, const torch::Tensor& tensor) {
  const torch::Tensor copy = tensor.to(torch::kCPU).contiguous();
  values.insert(values.end(), copy.data_ptr<float>(), copy.data_ptr<float>() + copy.numel());
}

/// Calls `take` with the images of one batch after the other, in order.
template <class Take>
void for_each_batch(const networks::Architecture& architecture, const DeviceSamples& samples,
                    const std::function<void()>& between_batches, const Take& take) {
  const torch::NoGradGuard no_gradients;
  const ExactProducts exact;
  const std::int64_t batch = encoding_batch(architecture);
  for (std::int64_t begin = 0; begin < samples.size(); begin += batch) {
    take(samples.images(begin, std::min(batch, samples.size() - begin)));
    if (between_batches) between_batches();
  }
}

}  // namespace

Encoded encode(const networks::ClvaeNetwork& network, const DeviceSamples& samples,
               bool with_errors, const std::function<void()>& between_batches) {
  const auto error = network.architecture().is_dense()
                         ? networks::ReconstructionError::squared_values
                         : networks::ReconstructionError::squared;
  Encoded encoded;
  for_each_batch(
      network.architecture(), samples, between_batches, [&](const torch::Tensor& images) {
        const torch::Tensor latents = network.encode(images).mean;
        append(encoded.latents, latents);
        if (with_errors) {
          append(encoded.errors, networks::reconstruction_error(network.decode(latents), images,
                                                                error, networks::Reduce::mean));
        }
      });
  return encoded;
}

std::vector<float> log_probabilities(const networks::ClassifierNetwork& network,
                                     const DeviceSamples& samples,
                                     const std::function<void()>& between_batches) {
  std::vector<float> values;
  for_each_batch(network.architecture(), samples, between_batches,
                 [&](const torch::Tensor& images) {
                   append(values, torch::log_softmax(network.logits(images), 1));
                 });
  return values;
}

}  // namespace clvae::train
