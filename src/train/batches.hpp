#pragma once
/// \file
/// Samples on a device, and batches of them as the networks want them.

#include <cstdint>
#include <vector>

#include <torch/torch.h>

#include "clvae/core/random.hpp"
#include "clvae/model/architecture.hpp"
#include "clvae/train/trainer.hpp"

namespace clvae::train {

/// One part of the experiment on a device, bytes as bytes; on the CPU where it lies in memory.
class DeviceSamples {
 public:
  /// \throws UsageError where pixels and classes don't match the architecture
  DeviceSamples(const Samples& samples, const model::Architecture& architecture,
                torch::Device device);

  std::int64_t size() const { return pixels_.size(0); }

  /// Images in 0..1, or features; [count, channels, height, width], channels-last.
  torch::Tensor images(std::int64_t begin, std::int64_t count) const;
  torch::Tensor images(const torch::Tensor& indices) const;
  /// Inlier indices [size] (int64).
  const torch::Tensor& classes() const { return classes_; }

 private:
  Values values_;          ///< keeps what `pixels_` may be a view of
  torch::Tensor pixels_;   ///< [n, height, width, channels], uint8 or float32; of any strides
  torch::Tensor classes_;  ///< [n], int64
};

/// A seeded order of the samples. [count], int64
torch::Tensor random_order(Seed seed, std::int64_t count, torch::Device device);

/// Standard normal noise, drawn on the CPU so that it is the same on every device. [rows, columns]
torch::Tensor random_noise(Seed seed, std::int64_t rows, std::int64_t columns,
                           torch::Device device);

}  // namespace clvae::train
