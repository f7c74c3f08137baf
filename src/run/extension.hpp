#pragma once
/// \file
/// More members for a run that exists, and how a running job is asked for them.

#include <optional>
#include <string>
#include <vector>

#include "core/console.hpp"
#include "run/run_folder.hpp"
#include "store/run_lock.hpp"

namespace clvae::run {

/// Gives a run file places for more members; those that it has stay as they are, and are the same
/// as if all had been asked for at once. One process, while no job works on the run.
/// \param overrides of "ensemble.size" and "ensemble.sizes.*"
/// \return whether there are more places now
/// \throws UsageError, ConfigError, RunFileError where the sizes can't be had; IoError
bool extend_run_file(const RunFolder& folder, const std::vector<std::string>& overrides,
                     Console& console);

/// Leaves the wish in the run's folder. One process. \return the file
/// \throws as `extend_run_file`
std::string write_extend_request(const RunFolder& folder,
                                 const std::vector<std::string>& overrides);

/// Fulfils the wishes that lie in the run's folder, in the order in which they came. One that can't
/// be fulfilled is a warning, as the run can go on without; it is removed, unless a file could not
/// be read or written, which may pass. One process, which holds the run's lock.
/// \return whether there are more places now
bool apply_extend_requests(const RunFolder& folder, Console& console);

/// Gives the lock back, then fulfils the wishes that came while it was held. In this order none is
/// lost: who asks for more members leaves the wish and then tries the lock, which is either held
/// still, so that the wish is found here, or free. One process.
/// \return whether there are more places now; if so the lock is held, else it is not
bool extend_on_requests(const RunFolder& folder, std::optional<store::RunLock>& lock,
                        Console& console);

/// Gives a run places for more members; a job that is at work on it is asked to. One process.
/// \param overrides of "ensemble.size" and "ensemble.sizes.*"
/// \throws UsageError, ConfigError, RunFileError, IoError
void extend(const RunFolder& folder, const std::vector<std::string>& overrides, Console& console);

}  // namespace clvae::run
