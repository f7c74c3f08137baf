#pragma once
/// \file
/// The device that a config names.

#include <string>

#include <torch/types.h>

#include "networks/precision.hpp"

namespace clvae::train {

/// \throws RunError where it can't be used, or can't convolve in that precision
torch::Device usable_device(const std::string& name,
                            networks::Precision precision = networks::Precision::float32);

}  // namespace clvae::train
