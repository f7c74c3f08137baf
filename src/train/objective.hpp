#pragma once
/// \file
/// A network and its loss, as the training sees them.

#include <cstdint>
#include <vector>

#include <torch/types.h>

#include "networks/flat_weights.hpp"
#include "networks/precision.hpp"

namespace clvae::train {

/// Some samples and what a loss needs beside them, on the device.
struct Batch {
  torch::Tensor images;   ///< [n, channels, height, width], channels-last
  torch::Tensor classes;  ///< [n], int64
  torch::Tensor noise;    ///< [n, columns], standard normal
};

/// Networks with a loss, for one member after the other: it always has the same tensors.
class Objective {
 public:
  Objective() = default;
  virtual ~Objective() = default;
  Objective(const Objective&) = delete;
  Objective& operator=(const Objective&) = delete;

  /// What the optimiser updates; always in the same order.
  virtual std::vector<networks::FlatWeights*> weights() = 0;
  /// How many terms a loss has.
  virtual std::size_t terms() const = 0;
  /// Random numbers that the loss of a sample needs.
  virtual std::int64_t noise_columns() const = 0;
  /// What is minimised and then its other terms, each the mean over the batch; scalars. Waits for
  /// nothing.
  virtual std::vector<torch::Tensor> loss(const Batch& batch,
                                          networks::Precision precision) const = 0;
  /// What is said of images in the end, to be called without gradients. Waits for nothing.
  virtual std::vector<torch::Tensor> encoded(const torch::Tensor& images) const = 0;
};

}  // namespace clvae::train
