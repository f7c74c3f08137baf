#pragma once
/// \file
/// The Gaussians of all members' latent spaces, fitted once for all ways to score them.

#include <vector>

#include <gsl/span>

#include "evaluate/test_bed.hpp"
#include "reduce/gaussians.hpp"

namespace clvae::evaluate {

/// Each rank fits its share, reading the training latents of one member at a time, or
/// what is kept of them, and tells the
/// others; 8 N K (d^2 + d + 1) bytes. Collective. \param training_classes of
/// embed::training_classes  \return [intact members]
std::vector<reduce::Gaussians> gaussian_fits(const comm::Communicator& world,
                                             const store::Reader& reader,
                                             gsl::span<const std::int32_t> training_classes,
                                             const KindMembers& kind);

}  // namespace clvae::evaluate
