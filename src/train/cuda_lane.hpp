#pragma once
/// \file
/// Lanes on NVIDIA GPUs. `cuda_lane.cpp` is the only source that includes CUDA's headers, and is
/// built with a LibTorch for CUDA alone; `no_cuda.cpp` stands in for it elsewhere.

#include <cstddef>
#include <string>

#include <torch/types.h>

#include "train/lane.hpp"

namespace clvae::train {

/// What becomes of repeated work: a CUDA graph, or the same calls each time, which is slow, and to
/// compare with.
enum class Recording { graphs, nothing };

/// A way to make lanes of a GPU: each has a CUDA stream of its own, which first waits for what was
/// asked of the device before this call, and one pool of memory for all that it records.
/// \throws RunError where LibTorch was built without CUDA
Lanes::Make cuda_lanes(torch::Device device, Recording recording);

}  // namespace clvae::train
