#include "train/device_facts.hpp"

#include <exception>

#include <torch/types.h>

#include "clvae/core/errors.hpp"
#ifdef CLVAE_CUDA
#include "train/cuda_facts.hpp"
#endif

namespace clvae::train {

namespace {

/// One sum on the device, whose kernel is of the kind that all trainings need.
std::string error_of_kernel(const std::string& device) {
  try {
    const torch::NoGradGuard no_gradients;
    const torch::Tensor one =
        torch::ones({1}, torch::TensorOptions().device(torch::Device(device)));
    return (one + one).item<float>() == 2 ? "" : "1 + 1 is not 2 there";
  } catch (const std::exception& error) {
    return first_line(error);
  }
}

}  // namespace

DeviceFacts look_at(const std::string& device) {
  DeviceFacts facts;
  const bool is_cpu = device == "cpu";
  if (!is_cpu) facts.error = error_of_kernel(device);
#ifdef CLVAE_CUDA
  add_cuda_facts(facts, is_cpu ? -1 : torch::Device(device).index());
#endif
  return facts;
}

}  // namespace clvae::train
