#include "train/device.hpp"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include "clvae/core/errors.hpp"
#include "networks/allocator.hpp"
#include "train/threads.hpp"

namespace clvae::train {

int visible_cuda_devices() {
  return torch::cuda::is_available() ? static_cast<int>(torch::cuda::device_count()) : 0;
}

std::string torch_version() { return TORCH_VERSION; }

namespace {

/// \throws UsageError
void require_threads(int count) {
  if (count < 1) throw UsageError(fmt::format("{} threads: at least 1 is needed", count));
}

/// Only where it is another number: LibTorch makes its threads anew each time.
void set_threads(int count) {
  if (at::get_num_threads() != count) at::set_num_threads(count);
}

}  // namespace

Threads::Threads(int count) : before_(at::get_num_threads()) {
  require_threads(count);
  set_threads(count);
}

Threads::~Threads() { set_threads(before_); }

void prepare(int threads) {
  require_threads(threads);
  networks::keep_freed_memory();
  at::set_num_threads(threads);
  at::globalContext().setDeterministicCuDNN(true);
  at::globalContext().setBenchmarkCuDNN(false);
}

}  // namespace clvae::train
