#pragma once
/// \file
/// What the members of each kind leave in the run file.

#include <vector>

#include "config/config.hpp"
#include "data/split.hpp"
#include "store/schema.hpp"

namespace clvae::run {

/// The datasets of one kind, in checksum order.
std::vector<store::MemberDataset> member_datasets(Kind kind, const config::Config& config,
                                                  const data::Experiment& experiment);

}  // namespace clvae::run
