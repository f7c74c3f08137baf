#pragma once
/// \file
/// What this host can still hold.

#include <cstddef>

namespace clvae::run {

/// Bytes of memory that this process may take before the host, or the control group that it runs
/// in, has none left; the largest number where neither tells. Any rank.
std::size_t available_memory();

}  // namespace clvae::run
