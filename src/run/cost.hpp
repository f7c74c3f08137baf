#pragma once
/// \file
/// What members cost, before any is trained.

#include "config/config.hpp"
#include "core/kind.hpp"
#include "data/split.hpp"

namespace clvae::run {

/// Multiplications and additions of one member's training, where it runs for all its epochs.
double member_flops(Kind kind, const config::Config& config, const data::Experiment& experiment);

/// Memory of a rank that trains members of that kind, in bytes, to within a third; without the
/// samples, which the ranks of a host share.
double memory_needed(Kind kind, const config::Config& config, const data::Experiment& experiment);

}  // namespace clvae::run
