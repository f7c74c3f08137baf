// Stands in for cuda_lane.cpp where LibTorch was built without CUDA: there is no such device.

#include "clvae/core/errors.hpp"
#include "train/cuda_lane.hpp"
#include "train/gpu_memory.hpp"

namespace clvae::train {

Lanes::Make cuda_lanes(torch::Device device, Recording /*recording*/) {
  throw RunError("device " + device.str() + " can't be used: LibTorch was built without CUDA");
}

std::size_t free_gpu_memory(const std::string& /*device*/) { return 0; }
std::size_t taken_gpu_memory(const std::string& /*device*/) { return 0; }
std::string gpu_identity(const std::string& /*device*/) { return {}; }

}  // namespace clvae::train
