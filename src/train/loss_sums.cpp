#include "train/loss_sums.hpp"

#include <limits>

#include <torch/utils.h>

namespace clvae::train {

LossSums::LossSums(std::size_t terms, torch::Device device)
    : sums_(torch::zeros({static_cast<std::int64_t>(terms)},
                         torch::TensorOptions().device(device).dtype(torch::kFloat64))) {}

void LossSums::add(const std::vector<torch::Tensor>& terms, std::int64_t samples) {
  const torch::NoGradGuard no_gradients;
  sums_.add_(torch::stack(terms), static_cast<double>(samples));
}

void LossSums::clear() {
  sums_.zero_();
  samples_ = 0;
}

void LossSums::set(const std::vector<double>& sums, std::int64_t samples) {
  sums_.copy_(torch::tensor(torch::ArrayRef<double>(sums), torch::kFloat64));
  samples_ = samples;
}

std::vector<double> LossSums::sums() const {
  const torch::Tensor copy = sums_.to(torch::kCPU);
  return {copy.data_ptr<double>(), copy.data_ptr<double>() + copy.numel()};
}

std::vector<double> means_of(const torch::Tensor& sums, std::int64_t samples) {
  std::vector<double> means(static_cast<std::size_t>(sums.numel()),
                            std::numeric_limits<double>::quiet_NaN());
  if (samples == 0) return means;
  const double* sum = sums.data_ptr<double>();
  for (double& mean : means) mean = *sum++ / static_cast<double>(samples);
  return means;
}

}  // namespace clvae::train
