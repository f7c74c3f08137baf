#include "train/gpu_memory.hpp"

#include <algorithm>

namespace clvae::train {

int lanes_that_fit(const LaneMemory& memory) {
  if (memory.first_member == 0) return kMostLanesOfChoice;
  const std::size_t usable =
      memory.free > kReservedGpuMemory ? memory.free - kReservedGpuMemory : 0;
  const std::size_t share = usable / static_cast<std::size_t>(std::max(1, memory.ranks));
  const auto most = static_cast<std::size_t>(kMostLanesOfChoice);
  return static_cast<int>(std::clamp<std::size_t>(share / memory.first_member, 1, most));
}

}  // namespace clvae::train
