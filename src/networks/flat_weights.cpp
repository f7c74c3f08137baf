#include "networks/flat_weights.hpp"

#include <cmath>

#include <fmt/format.h>
#include <torch/utils.h>

#include "clvae/core/errors.hpp"

namespace clvae::networks {

FlatWeights::FlatWeights(Layout layout, torch::Device device, Gradients gradients)
    : layout_(std::move(layout)) {
  std::int64_t total = 0;
  for (const Parameter& parameter : layout_) total += parameter.size();
  values_ = torch::zeros({total}, torch::TensorOptions().device(device).dtype(torch::kFloat32));
  const bool has_gradients = gradients == Gradients::kept;
  if (has_gradients) values_.mutable_grad() = torch::zeros_like(values_);
  std::int64_t begin = 0;
  for (const Parameter& parameter : layout_) {
    const auto part = [&](const torch::Tensor& all) {
      return all.narrow(0, begin, parameter.size()).view(parameter.shape);
    };
    torch::Tensor view = part(values_).detach();
    if (has_gradients) view.requires_grad_().mutable_grad() = part(values_.grad());
    views_.push_back(view);
    begin += parameter.size();
  }
}

void FlatWeights::initialise(RandomStream& stream) {
  std::vector<float> drawn;
  drawn.reserve(static_cast<std::size_t>(values_.numel()));
  for (const Parameter& parameter : layout_) {
    const std::int64_t connections = parameter.inputs + parameter.outputs;
    const double limit = connections > 0 ? std::sqrt(6.0 / static_cast<double>(connections)) : 0.0;
    for (std::int64_t i = 0; i < parameter.size(); ++i) {
      drawn.push_back(connections > 0 ? static_cast<float>((2 * stream.uniform() - 1) * limit)
                                      : 0.0F);
    }
  }
  from_vector(drawn);
}

void FlatWeights::clear_gradients() { values_.mutable_grad().zero_(); }

std::vector<float> FlatWeights::to_vector() const {
  const torch::Tensor copy = values_.to(torch::kCPU);
  const float* begin = copy.data_ptr<float>();
  return {begin, begin + copy.numel()};
}

void FlatWeights::from_vector(const std::vector<float>& values) {
  if (static_cast<std::int64_t>(values.size()) != values_.numel()) {
    throw UsageError(
        fmt::format("{} weights given for a network of {}", values.size(), values_.numel()));
  }
  // The copy is read before this function returns, so the vector need not outlive it.
  const torch::NoGradGuard no_gradients;
  values_.copy_(torch::tensor(torch::ArrayRef<float>(values)));
}

torch::Tensor dense_layer(const FlatWeights& weights, std::size_t layer,
                          const torch::Tensor& input) {
  return at::linear(input, weights[2 * layer], weights[2 * layer + 1]);
}

}  // namespace clvae::networks
