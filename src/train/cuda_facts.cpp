#include "train/cuda_facts.hpp"

#include <array>
#include <cuda_runtime_api.h>

#include <c10/cuda/CUDACachingAllocator.h>
#include <fmt/format.h>

namespace clvae::train {

namespace {

/// Where CUDA can't answer, what is asked for stays unknown, and the error is not left for others.
bool answered(cudaError_t error) {
  if (error == cudaSuccess) return true;
  cudaGetLastError();
  return false;
}

}  // namespace

void add_cuda_facts(DeviceFacts& facts, int index) {
  facts.is_built_for_cuda = true;
  facts.runtime_version = CUDART_VERSION;
  int driver = 0;
  if (answered(cudaDriverGetVersion(&driver))) facts.driver_version = driver;
  if (index < 0) return;
  cudaDeviceProp properties{};
  if (answered(cudaGetDeviceProperties(&properties, index))) {
    facts.name = properties.name;
    facts.capability = fmt::format("{}.{}", properties.major, properties.minor);
  }
  constexpr int kBusBytes = 32;
  std::array<char, kBusBytes> bus{};
  if (answered(cudaDeviceGetPCIBusId(bus.data(), kBusBytes, index))) facts.bus = bus.data();
  int before = 0;
  if (!answered(cudaGetDevice(&before))) return;
  if (answered(cudaSetDevice(index))) {
    // What LibTorch keeps of earlier trainings is not used by others.
    c10::cuda::CUDACachingAllocator::emptyCache();
    answered(cudaMemGetInfo(&facts.free_bytes, &facts.total_bytes));
  }
  answered(cudaSetDevice(before));
}

}  // namespace clvae::train
