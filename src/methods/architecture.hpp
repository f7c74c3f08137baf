#pragma once
/// \file
/// Where a config meets the shape of its samples: which networks it asks for.

#include "config/config.hpp"
#include "data/dataset.hpp"
#include "networks/architecture.hpp"

namespace clvae::methods {

/// The networks that a config asks for. Any rank.
/// \param shape of a sample \throws UsageError where they can't be built for such samples
networks::ArchitecturePtr architecture_of(const config::Config& config,
                                          const data::ImageShape& shape);

}  // namespace clvae::methods
