#pragma once
/// \file
/// What the members of each kind leave in the run file.

#include <vector>

#include "clvae/config/config.hpp"
#include "clvae/data/split.hpp"
#include "clvae/store/schema.hpp"

namespace clvae::jobs {

/// The datasets of one kind, in checksum order.
std::vector<store::MemberDataset> member_datasets(Kind kind, const config::Config& config,
                                                  const data::Experiment& experiment);

}  // namespace clvae::jobs
