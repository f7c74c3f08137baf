#pragma once
/// \file
/// The networks that a config describes.

#include "config/config.hpp"
#include "data/dataset.hpp"
#include "networks/architecture.hpp"

namespace clvae::methods {

/// The networks' shape for samples of that size. \throws UsageError where they can't be built
networks::Architecture architecture_of(const config::Config& config, const data::ImageShape& shape);

}  // namespace clvae::methods
