#pragma once
/// \file
/// More members for a run that exists, and how a running job is asked for them.

#include <string>
#include <vector>

#include "clvae/core/console.hpp"
#include "run_folder.hpp"

namespace clvae::jobs {

/// Gives a run file places for more members; those that it has stay as they are, and are the same
/// as if all had been asked for at once. One process, while no job works on the run.
/// \param overrides of "ensemble.size" and "ensemble.sizes.*"
/// \return whether there are more places now
/// \throws UsageError, ConfigError, RunFileError where the sizes can't be had; IoError
bool extend_run_file(const RunFolder& folder, const std::vector<std::string>& overrides,
                     Console& console);

/// Leaves the wish in the run's folder, in the place of an older one. One process.
/// \throws as `extend_run_file`
void write_extend_request(const RunFolder& folder, const std::vector<std::string>& overrides);

/// Fulfils the wish that lies in the run's folder, if there is one. One that can't be fulfilled
/// is a warning, as the run can go on without. One process, while no job works on the run.
/// \return whether there are more places now
bool apply_extend_request(const RunFolder& folder, Console& console);

}  // namespace clvae::jobs
