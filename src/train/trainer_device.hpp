#pragma once
/// \file
/// The device that a config names.

#include <string>

#include <torch/torch.h>

namespace clvae::train {

/// \throws RunError where it can't be used
torch::Device usable_device(const std::string& name);

}  // namespace clvae::train
