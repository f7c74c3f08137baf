#pragma once
/// \file
/// Samples on a device, and batches of them as the networks want them.

#include <cstdint>
#include <memory>
#include <vector>

#include <torch/types.h>

#include "core/random.hpp"
#include "networks/architecture.hpp"
#include "train/block_order.hpp"
#include "train/sample_buffer.hpp"
#include "train/training.hpp"

namespace clvae::train {

/// The order in which an epoch takes the samples of a part.
struct EpochOrder {
  torch::Tensor samples;  ///< [n], int64, on the CPU
  BlockOrder blocks;      ///< the same order, where samples are to be read
};

/// One part of the experiment: on a device, bytes as bytes; on the CPU where it lies in memory; or
/// read through a buffer when it is asked for.
class DeviceSamples {
 public:
  /// \param buffer shared with other parts; nullptr where the samples are in memory
  /// \throws UsageError where pixels and classes don't match samples of that size
  DeviceSamples(const Samples& samples, const networks::SampleSize& sample, torch::Device device,
                std::shared_ptr<SampleBuffer> buffer = nullptr, std::int64_t samples_per_block = 0);

  std::int64_t size() const { return size_; }
  torch::Device device() const { return device_; }
  /// Whether they are read when they are asked for.
  bool are_streamed() const { return values_.source() != nullptr; }

  /// The order of one epoch.
  EpochOrder order(Seed seed) const;

  /// Images in 0..1, or features; [count, channels, height, width], channels-last.
  /// \throws DataError where they can't be read
  torch::Tensor images(std::int64_t begin, std::int64_t count) const;
  /// The same of a part of an epoch's order.
  torch::Tensor images(const EpochOrder& order, std::int64_t begin, std::int64_t count) const;
  /// The same of any samples. [count], int64, on the device. \pre !are_streamed()
  torch::Tensor images(const torch::Tensor& samples) const;
  /// Inlier indices [size] (int64).
  const torch::Tensor& classes() const { return classes_; }

 private:
  torch::Tensor read(std::int64_t begin, std::int64_t count) const;
  torch::Tensor read(const BlockOrder& order, std::int64_t begin, std::int64_t count) const;
  torch::Tensor read(const BlockGroup& group) const;

  Values values_;          ///< keeps what `pixels_` may be a view of
  torch::Tensor pixels_;   ///< [n, height, width, channels], uint8 or float32; of any strides
  torch::Tensor classes_;  ///< [n], int64
  networks::SampleSize sample_;
  torch::Device device_;
  std::int64_t size_ = 0;
  std::shared_ptr<SampleBuffer> buffer_;
  std::int64_t samples_per_block_;
};

/// A seeded order of the samples. [count], int64, on the CPU
torch::Tensor random_order(Seed seed, std::int64_t count);

/// Standard normal noise, drawn on the CPU so that it is the same on every device, and left there.
/// [rows, columns]
torch::Tensor random_noise(Seed seed, std::int64_t rows, std::int64_t columns);

}  // namespace clvae::train
