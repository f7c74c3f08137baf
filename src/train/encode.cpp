#include "train/encode.hpp"

#include <algorithm>
#include <utility>

#include <torch/utils.h>

#include "networks/losses.hpp"
#include "train/exact_products.hpp"

namespace clvae::train {

namespace {

void append(std::vector<float>& values, const torch::Tensor& tensor) {
  const torch::Tensor copy = tensor.to(torch::kCPU).contiguous();
  values.insert(values.end(), copy.data_ptr<float>(), copy.data_ptr<float>() + copy.numel());
}

}  // namespace

Pass::Pass(const networks::Architecture& architecture, const DeviceSamples& samples, Take take)
    : samples_(&samples), batch_(architecture.encoding_batch()), take_(std::move(take)) {}

void Pass::advance() {
  const torch::NoGradGuard no_gradients;
  const ExactProducts exact;
  const std::int64_t count = std::min(batch_, samples_->size() - begin_);
  take_(samples_->images(begin_, count));
  begin_ += count;
}

Pass encoding_pass(const networks::ClvaeNetwork& network, const DeviceSamples& samples,
                   bool with_errors, Encoded& encoded) {
  return {network.architecture(), samples,
          [&network, &encoded, with_errors](const torch::Tensor& images) {
            const torch::Tensor latents = network.encode(images).mean;
            append(encoded.latents, latents);
            if (!with_errors) return;
            const torch::Tensor errors = network.architecture().errors(
                network.decode(latents), images, networks::ReconstructionError::squared);
            append(encoded.errors, networks::over_samples(errors, networks::Reduce::mean));
          }};
}

Encoded encode(const networks::ClvaeNetwork& network, const DeviceSamples& samples,
               bool with_errors) {
  Encoded encoded;
  encoding_pass(network, samples, with_errors, encoded).finish();
  return encoded;
}

Pass probability_pass(const networks::ClassifierNetwork& network, const DeviceSamples& samples,
                      std::vector<float>& values) {
  return {network.architecture(), samples, [&network, &values](const torch::Tensor& images) {
            append(values, torch::log_softmax(network.logits(images), 1));
          }};
}

}  // namespace clvae::train
