#pragma once
/// \file
/// One outcome for all ranks, so that none waits in a collective call for one that has failed.

#include <functional>
#include <mpi.h>
#include <string>

namespace clvae::store {

/// Collective. Runs `action` on every rank; returns where it went well on all of them, else throws
/// the same error on all: the action's own where it is the same everywhere, else one that names the
/// lowest rank that failed and why. \throws RunFileError, IoError
void agree(MPI_Comm communicator, const std::string& path, const std::function<void()>& action);

}  // namespace clvae::store
