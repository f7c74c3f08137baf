#include "train/block_order.hpp"

#include <algorithm>
#include <utility>

#include "core/random.hpp"

namespace clvae::train {

BlockOrder block_order(Seed seed, std::int64_t samples, std::int64_t samples_per_block,
                       std::int64_t blocks_per_group) {
  BlockOrder order;
  order.samples.reserve(static_cast<std::size_t>(samples));
  const std::int64_t count = (samples + samples_per_block - 1) / samples_per_block;
  RandomStream stream(derive_seed(seed, "blocks"));
  const auto blocks = stream.permutation<std::int64_t>(static_cast<std::size_t>(count));
  for (std::int64_t first = 0; first < count; first += blocks_per_group) {
    const std::int64_t last = std::min(first + blocks_per_group, count);
    BlockGroup group;
    group.begin = static_cast<std::int64_t>(order.samples.size());
    group.blocks = {blocks.begin() + first, blocks.begin() + last};
    std::sort(group.blocks.begin(), group.blocks.end());
    std::vector<std::int64_t> members;
    for (const std::int64_t block : group.blocks) {
      const std::int64_t end = std::min((block + 1) * samples_per_block, samples);
      for (std::int64_t i = block * samples_per_block; i < end; ++i) members.push_back(i);
    }
    const std::uint64_t index = order.groups.size();
    // The first is shuffled as samples in memory are.
    RandomStream shuffle(index == 0 ? seed : derive_seed(seed, "group", {index}));
    shuffle.shuffle(members);
    order.samples.insert(order.samples.end(), members.begin(), members.end());
    group.end = static_cast<std::int64_t>(order.samples.size());
    order.groups.push_back(std::move(group));
  }
  return order;
}

}  // namespace clvae::train
