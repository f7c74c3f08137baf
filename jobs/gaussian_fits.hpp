#pragma once
/// \file
/// The Gaussians of all members' latent spaces, fitted once for all ways to score them.

#include <vector>

#include "clvae/reduce/gaussians.hpp"
#include "test_bed.hpp"

namespace clvae::jobs {

/// Those of one member, from its training latents or what is kept of them. One process.
/// \throws reduce::DegenerateClusterError, RunFileError
reduce::Gaussians fit_of(const store::Reader& reader, const TestBed& bed, Kind kind,
                         MemberIndex member);

/// Each rank fits its share, reading the training latents of one member at a time, or
/// what is kept of them, and tells the
/// others; 8 N K (d^2 + d + 1) bytes. Collective. \return [intact members]
std::vector<reduce::Gaussians> gaussian_fits(const comm::Communicator& world,
                                             const store::Reader& reader, const TestBed& bed,
                                             const KindMembers& kind);

}  // namespace clvae::jobs
