#pragma once
/// \file
/// How a job ends, whatever goes wrong on whichever rank.

#include <cstdio>
#include <functional>

#include "comm/communicator.hpp"

namespace clvae::comm {

/// Runs a job and turns what it throws into one line on `errors` and an exit status. An error that
/// all ranks share is printed by rank 0, and every rank returns its status. Any other is printed by
/// the rank that it happened on, and ends all ranks (MPI_Abort), since they may wait for this one.
/// Collective.
int guarded(const Communicator& communicator, std::FILE* errors, const std::function<void()>& job);

}  // namespace clvae::comm
