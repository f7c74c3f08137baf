#include "clvae/train/device.hpp"

#include <fmt/format.h>
#include <torch/torch.h>

#include "clvae/core/errors.hpp"
#include "clvae/model/allocator.hpp"

namespace clvae::train {

int visible_cuda_devices() {
  return torch::cuda::is_available() ? static_cast<int>(torch::cuda::device_count()) : 0;
}

std::string torch_version() { return TORCH_VERSION; }

void prepare(int threads) {
  if (threads < 1) throw UsageError(fmt::format("{} threads: at least 1 is needed", threads));
  model::keep_freed_memory();
  at::set_num_threads(threads);
  at::globalContext().setDeterministicCuDNN(true);
  at::globalContext().setBenchmarkCuDNN(false);
}

}  // namespace clvae::train
