#pragma once
/// \file
/// The optimiser: Adam (Kingma and Ba, arXiv 1412.6980), with the bits of LibTorch's on the CPU.

#include <cstdint>
#include <vector>

#include <torch/types.h>

#include "networks/flat_weights.hpp"

namespace clvae::train {

/// Running means of a part's gradients and of their squares. Both have the shape of its weights.
struct Moments {
  torch::Tensor mean;
  torch::Tensor square;
};

/// Updates weights by their gradients. LibTorch's own counts its steps on the host, which a step
/// that is recorded once and played again would never hear of. Here the host computes what differs
/// from step to step, in double precision, for many steps ahead, and a step takes it from the
/// device.
class Adam {
 public:
  static constexpr double kMeanDecay = 0.9;
  static constexpr double kSquareDecay = 0.999;
  static constexpr double kEpsilon = 1e-8;

  /// \param weights with gradients; they must outlive it, and keep the tensors that they have
  explicit Adam(const std::vector<networks::FlatWeights*>& weights);

  /// What differs from step to step: the root of the second moment's bias correction, and minus the
  /// rate over the first moment's. \param made steps before the first of these  \param rates of
  /// each step  \return [steps, 2], float32, on the CPU
  static torch::Tensor scalars(std::int64_t made, const std::vector<double>& rates);

  /// Makes a step. Waits for nothing. \param scalars of this step, [2], where the weights are
  void step(const torch::Tensor& scalars);

  /// As before the first step.
  void reset();
  /// Of each part of the weights.
  const std::vector<Moments>& moments() const { return moments_; }

 private:
  std::vector<torch::Tensor> values_;
  std::vector<torch::Tensor> gradients_;
  std::vector<Moments> moments_;
  std::vector<torch::Tensor> means_;    ///< those of the moments
  std::vector<torch::Tensor> squares_;  ///< those of the moments
};

}  // namespace clvae::train
