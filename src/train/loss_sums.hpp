#pragma once
/// \file
/// The losses of an epoch.

#include <cstdint>
#include <vector>

#include <torch/types.h>

namespace clvae::train {

/// Losses summed over samples on the device, always in the same tensor. How many samples there are
/// is counted apart, by the host.
class LossSums {
 public:
  LossSums(std::size_t terms, torch::Device device);

  /// Waits for nothing. \param terms means over so many samples; scalars
  void add(const std::vector<torch::Tensor>& terms, std::int64_t samples);
  void count(std::int64_t samples) { samples_ += samples; }
  void clear();
  /// Puts sums back that were taken out before.
  void set(const std::vector<double>& sums, std::int64_t samples);

  /// [terms], float64
  const torch::Tensor& tensor() const { return sums_; }
  std::int64_t samples() const { return samples_; }
  /// Waits for them.
  std::vector<double> sums() const;

 private:
  torch::Tensor sums_;
  std::int64_t samples_ = 0;
};

/// All NaN where there were no samples. \param sums [terms], float64, on the CPU
std::vector<double> means_of(const torch::Tensor& sums, std::int64_t samples);

}  // namespace clvae::train
