#pragma once
/// \file
/// Drawing samples: the same for all runs, so that runs with other ensemble seeds share theirs.

#include <cstddef>
#include <vector>

#include "core/strong.hpp"
#include "data/dataset.hpp"

namespace clvae::data {

inline constexpr Seed kDrawSeed{20241012};

/// Positions of samples within one split.
using Positions = std::vector<std::size_t>;

/// `count` of the positions, drawn without replacement, in their order.
Positions draw(const Positions& positions, std::size_t count, Seed seed);

/// What is in `all` and not in `taken`; both sorted.
Positions without(const Positions& all, const Positions& taken);

/// Where the samples of one class are.
Positions positions_of(const LabelledImages& images, int label);

/// Takes a test split out of the training split: round(fraction * n) samples of each class, of
/// which one at least stays.
void draw_test_split(Dataset& dataset, double fraction);

}  // namespace clvae::data
