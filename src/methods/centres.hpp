#pragma once
/// \file
/// The centres to which the classes of a CL-VAE are pulled.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "config/config.hpp"

namespace clvae::methods {

/// Centres of the K classes, before any permutation. [K, d]
std::vector<double> centres_of(const config::Config& config, std::size_t classes);

/// The centre of each class for one member. \param centres [K, d]  \return [K, d]
std::vector<double> permuted_centres(const std::vector<double>& centres,
                                     const std::vector<std::int32_t>& permutation);

/// Whether members move their centres while they train.
bool learns_centres(const config::Config& config);

}  // namespace clvae::methods
