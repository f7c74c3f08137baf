#pragma once
/// \file
/// What the process can train on.

#include <string>

namespace clvae::train {

/// CUDA devices that this process may use; 0 where LibTorch was built without CUDA. Any rank.
int visible_cuda_devices();

/// Version of the LibTorch that was built against. Any rank.
std::string torch_version();

/// Readies LibTorch for training in this process: its threads on the CPU, memory kept between
/// steps, deterministic kernels. To be called once, before the first training and before anything
/// is asked of a GPU.
/// \param threads at least 1 \throws UsageError
void prepare(int threads);

}  // namespace clvae::train
