#include "train/adam.hpp"

#include <cmath>

#include <ATen/ATen.h>
#include <torch/utils.h>

namespace clvae::train {

Adam::Adam(const std::vector<networks::FlatWeights*>& weights) {
  for (const networks::FlatWeights* part : weights) {
    values_.push_back(part->values());
    gradients_.push_back(part->values().grad());
    moments_.push_back({torch::zeros_like(part->values()), torch::zeros_like(part->values())});
    means_.push_back(moments_.back().mean);
    squares_.push_back(moments_.back().square);
  }
}

torch::Tensor Adam::scalars(std::int64_t made, const std::vector<double>& rates) {
  torch::Tensor table = torch::empty({static_cast<std::int64_t>(rates.size()), 2}, torch::kFloat32);
  float* value = table.data_ptr<float>();
  for (const double rate : rates) {
    ++made;
    const double steps = static_cast<double>(made);
    *value++ = static_cast<float>(std::sqrt(1 - std::pow(kSquareDecay, steps)));
    *value++ = static_cast<float>(-(rate / (1 - std::pow(kMeanDecay, steps))));
  }
  return table;
}

void Adam::step(const torch::Tensor& scalars) {
  const torch::NoGradGuard no_gradients;
  const torch::Tensor correction = scalars.select(0, 0);
  const torch::Tensor minus_rate = scalars.select(0, 1);
  // All parts in one kernel each where a device has one; on the CPU part by part.
  at::_foreach_mul_(means_, kMeanDecay);
  at::_foreach_add_(means_, gradients_, 1 - kMeanDecay);
  at::_foreach_mul_(squares_, kSquareDecay);
  at::_foreach_addcmul_(squares_, gradients_, gradients_, 1 - kSquareDecay);
  const std::vector<torch::Tensor> divisors = at::_foreach_sqrt(squares_);
  for (const torch::Tensor& divisor : divisors) divisor.div_(correction);
  at::_foreach_add_(divisors, kEpsilon);
  std::vector<torch::Tensor> updates;
  for (const torch::Tensor& mean : means_) updates.push_back(mean.mul(minus_rate));
  at::_foreach_div_(updates, divisors);
  at::_foreach_add_(values_, updates);
}

void Adam::reset() {
  const torch::NoGradGuard no_gradients;
  for (const Moments& part : moments_) {
    part.mean.zero_();
    part.square.zero_();
  }
}

}  // namespace clvae::train
