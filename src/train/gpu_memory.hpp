#pragma once
/// \file
/// The memory of a GPU, and how many members find room there.

#include <cstddef>
#include <string>

namespace clvae::train {

/// \param device "cuda:N" \return bytes that are free for any process; 0 for another device
std::size_t free_gpu_memory(const std::string& device);
/// Bytes that this process has taken there for tensors. 0 for another device.
std::size_t taken_gpu_memory(const std::string& device);
/// What tells a GPU from all others of its host; empty for another device.
std::string gpu_identity(const std::string& device);

/// Streams that LibTorch has for a device, and so members at once on it.
inline constexpr int kMostLanes = 32;
/// More gained nothing on the fastest GPU that was measured, and take memory.
inline constexpr int kMostLanesOfChoice = 16;
/// Left free on each GPU: where a convolution finds no work space it silently takes another
/// algorithm, and so other bits.
inline constexpr std::size_t kReservedGpuMemory = std::size_t{1} << 30U;

/// What the number of lanes is chosen by. In bytes.
struct LaneMemory {
  std::size_t free = 0;          ///< of the device, before the first member
  int ranks = 1;                 ///< that share it
  std::size_t first_member = 0;  ///< taken by the first member
};

/// At least 1, at most `kMostLanesOfChoice`.
int lanes_that_fit(const LaneMemory& memory);

}  // namespace clvae::train
