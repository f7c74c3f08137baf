#include "train/encode.hpp"

#include <algorithm>
#include <utility>

#include <torch/utils.h>

#include "networks/losses.hpp"
#include "train/numerics.hpp"

namespace clvae::train {

namespace {

void append(std::vector<float>& values, const torch::Tensor& tensor) {
  const torch::Tensor copy = tensor.to(torch::kCPU).contiguous();
  values.insert(values.end(), copy.data_ptr<float>(), copy.data_ptr<float>() + copy.numel());
}

/// So many that a GPU has enough to do, and their maps take no more than a part of its memory.
std::int64_t samples_on_gpu(const networks::Architecture& architecture) {
  constexpr std::int64_t kBytes = std::int64_t{256} << 20;
  constexpr std::int64_t kFewest = 64;
  constexpr std::int64_t kMost = 4096;
  std::int64_t bytes_per_sample = 0;
  for (const networks::FeatureMap& map : architecture.feature_maps()) {
    bytes_per_sample += map.values() * static_cast<std::int64_t>(sizeof(float));
  }
  const std::int64_t wanted = std::clamp(kBytes / bytes_per_sample, kFewest, kMost);
  return wanted - wanted % kFewest;
}

}  // namespace

std::int64_t samples_at_once(const networks::Architecture& architecture,
                             const DeviceSamples& samples, std::int64_t on_cpu) {
  // The buffer that samples are read through was only asked to hold as many as on the CPU.
  if (samples.device().is_cpu() || samples.are_streamed()) return on_cpu;
  return samples_on_gpu(architecture);
}

Pass::Pass(const networks::Architecture& architecture, const DeviceSamples& samples, Say say,
           std::vector<std::vector<float>*> said)
    : samples_(&samples),
      batch_(samples_at_once(architecture, samples, architecture.encoding_batch())),
      say_(std::move(say)),
      said_(std::move(said)),
      pieces_(said_.size()) {}

void Pass::advance() {
  const torch::NoGradGuard no_gradients;
  const Numerics exact(samples_->device(), networks::Precision::float32,
                       Determinism::of_convolutions);
  const std::int64_t count = std::min(batch_, samples_->size() - begin_);
  const std::vector<torch::Tensor> said = say_(samples_->images(begin_, count));
  for (std::size_t i = 0; i < said.size(); ++i) {
    if (samples_->device().is_cpu()) {
      append(*said_[i], said[i]);
    } else {
      pieces_[i].push_back(said[i]);
    }
  }
  begin_ += count;
}

bool Pass::take(Lane& lane) {
  if (is_taken_) return true;
  const torch::NoGradGuard no_gradients;
  if (readings_.empty()) {
    for (std::vector<torch::Tensor>& pieces : pieces_) {
      if (!pieces.empty()) readings_.push_back(lane.read(torch::cat(pieces)));
      pieces.clear();
    }
  }
  for (const auto& reading : readings_) {
    if (!reading->has_come()) return false;
  }
  for (std::size_t i = 0; i < readings_.size(); ++i) append(*said_[i], readings_[i]->values());
  readings_.clear();
  is_taken_ = true;
  return true;
}

void Pass::finish() {
  while (!is_asked()) advance();
  take(*immediate_lane());
}

std::vector<torch::Tensor> say_encoded(const networks::ClvaeNetwork& network,
                                       const torch::Tensor& images, bool with_errors) {
  const torch::Tensor latents = network.encode(images).mean;
  if (!with_errors) return {latents};
  const torch::Tensor errors = network.architecture().errors(
      network.decode(latents), images, networks::ReconstructionError::squared);
  return {latents, networks::over_samples(errors, networks::Reduce::mean)};
}

Pass encoding_pass(const networks::ClvaeNetwork& network, const DeviceSamples& samples,
                   bool with_errors, Encoded& encoded) {
  std::vector<std::vector<float>*> said{&encoded.latents};
  if (with_errors) said.push_back(&encoded.errors);
  return {network.architecture(), samples,
          [&network, with_errors](const torch::Tensor& images) {
            return say_encoded(network, images, with_errors);
          },
          std::move(said)};
}

Encoded encode(const networks::ClvaeNetwork& network, const DeviceSamples& samples,
               bool with_errors) {
  Encoded encoded;
  encoding_pass(network, samples, with_errors, encoded).finish();
  return encoded;
}

Pass probability_pass(const networks::ClassifierNetwork& network, const DeviceSamples& samples,
                      std::vector<float>& values) {
  return {network.architecture(),
          samples,
          [&network](const torch::Tensor& images) {
            return std::vector<torch::Tensor>{torch::log_softmax(network.logits(images), 1)};
          },
          {&values}};
}

}  // namespace clvae::train
