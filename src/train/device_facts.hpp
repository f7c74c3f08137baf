#pragma once
/// \file
/// What is known of a device before anything is trained on it.

#include <cstddef>
#include <string>

namespace clvae::train {

/// What a device, and what drives it, say of themselves. Versions of CUDA are as in its headers:
/// 13000 is 13.0; 0 and empty words stand for what is not known.
struct DeviceFacts {
  bool is_built_for_cuda = false;  ///< the LibTorch of this program
  int runtime_version = 0;         ///< of CUDA, that LibTorch was built with
  int driver_version = 0;          ///< of CUDA, that the driver can serve at most
  std::string name;                ///< "NVIDIA H100 80GB HBM3"
  std::string capability;          ///< to compute, "9.0"
  std::string bus;                 ///< where the GPU sits in its host, "0000:3B:00.0"
  std::size_t free_bytes = 0;
  std::size_t total_bytes = 0;
  std::string error;  ///< why a small kernel did not run there; empty where it did
};

/// Runs a small kernel on the device, and asks a GPU for the rest. Any rank.
/// \param device "cpu" or "cuda:N"
DeviceFacts look_at(const std::string& device);

}  // namespace clvae::train
