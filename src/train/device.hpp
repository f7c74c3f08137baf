#pragma once
/// \file
/// What the process can train on.

#include <string>

namespace clvae::train {

/// CUDA devices that this process may use; 0 where LibTorch was built without CUDA. Any rank.
int visible_cuda_devices();

/// Version of the LibTorch that was built against. Any rank.
std::string torch_version();

/// The LibTorch of this process, and what it computes with.
struct TorchFacts {
  std::string version;  ///< that was built against
  std::string onednn;   ///< of its layers on processors, "2.7.3"; empty where it has none
  long cuda = 0;        ///< version it was built with, 13000 for 13.0; 0 without CUDA
  long cudnn = 0;       ///< version, 91002 for 9.10.2; 0 without
};
TorchFacts torch_facts();

/// Readies LibTorch for training in this process: its threads on the CPU, memory kept between
/// steps, deterministic kernels. To be called once, before the first training and before anything
/// is asked of a GPU.
/// \param threads at least 1 \throws UsageError
void prepare(int threads);

}  // namespace clvae::train
