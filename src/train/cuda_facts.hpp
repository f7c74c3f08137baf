#pragma once
/// \file
/// What CUDA knows of a device; built only with a LibTorch for CUDA.

#include "train/device_facts.hpp"

namespace clvae::train {

/// Adds versions, and of a GPU its name, place and memory, as far as CUDA tells them.
/// \param index of the device; negative for none
void add_cuda_facts(DeviceFacts& facts, int index);

}  // namespace clvae::train
