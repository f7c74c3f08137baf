#include "train/device.hpp"

#include <cstdlib>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#ifdef CLVAE_CUDA
#include <ATen/detail/CUDAHooksInterface.h>
#endif
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

/// "2.7.3" of "Intel(R) MKL-DNN v2.7.3 (Git Hash ...)".
std::string onednn_version() {
  const std::string words = at::get_mkldnn_version();
  const std::size_t begin = words.find(" v");
  if (begin == std::string::npos) return "";
  return words.substr(begin + 2, words.find(' ', begin + 1) - begin - 2);
}

/// \throws UsageError
void require_threads(int count) {
  if (count < 1) throw UsageError(fmt::format("{} threads: at least 1 is needed", count));
}

/// What the libraries for GPUs ask the environment for, once, when they begin.
void prepare_cuda() {
  constexpr int kIsKept = 0;
  constexpr int kIsReplaced = 1;
  // Products have the same bits each time only where their work space has one of these sizes, and
  // LibTorch refuses deterministic ones with another.
  constexpr const char* kSpace = "CUBLAS_WORKSPACE_CONFIG";
  const char* const set = std::getenv(kSpace);
  const std::string space = set == nullptr ? "" : set;
  if (space != ":16:8") setenv(kSpace, ":4096:8", kIsReplaced);
  // Lanes would wait for each other where there are fewer queues to the device than streams.
  setenv("CUDA_DEVICE_MAX_CONNECTIONS", "32", kIsKept);
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

TorchFacts torch_facts() {
  TorchFacts facts{torch_version(), onednn_version(), 0, 0};
#ifdef CLVAE_CUDA
  const at::CUDAHooksInterface& cuda = at::detail::getCUDAHooks();
  facts.cuda = cuda.versionCUDART();
  if (cuda.compiledWithCuDNN()) facts.cudnn = cuda.versionCuDNN();
#endif
  return facts;
}

void prepare(int threads) {
  require_threads(threads);
  prepare_cuda();
  networks::keep_freed_memory();
  at::set_num_threads(threads);
}

}  // namespace clvae::train
