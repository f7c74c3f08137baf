#pragma once
/// \file
/// The order in which an epoch takes samples that are read block by block.

#include <cstdint>
#include <vector>

#include "core/strong.hpp"

namespace clvae::train {

/// Blocks that are in memory together.
struct BlockGroup {
  std::vector<std::int64_t> blocks;  ///< ascending; block b begins at sample b * samples_per_block
  std::int64_t begin = 0;            ///< place of its first sample in the order
  std::int64_t end = 0;              ///< behind that of its last
};

struct BlockOrder {
  std::vector<std::int64_t> samples;  ///< a permutation of 0..n-1
  std::vector<BlockGroup> groups;     ///< at least one where there are samples
};

/// Draws an order: the blocks are shuffled and put into groups in turn, and then the samples of
/// each group are shuffled. Where one group holds all, it is the order that samples in memory have
/// from the same seed. Depends on its arguments alone. \param samples_per_block, blocks_per_group
/// at least 1
BlockOrder block_order(Seed seed, std::int64_t samples, std::int64_t samples_per_block,
                       std::int64_t blocks_per_group);

}  // namespace clvae::train
