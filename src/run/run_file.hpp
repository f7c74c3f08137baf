#pragma once
/// \file
/// The run file at the start of a job: made, or compared with what the config asks for.

#include <vector>

#include "comm/communicator.hpp"
#include "config/config.hpp"
#include "core/console.hpp"
#include "methods/plan.hpp"
#include "run/settings.hpp"
#include "schedule/hand_out.hpp"
#include "store/reader.hpp"

namespace clvae::run {

/// The precision in which features of a run are standardised: what its file says, where there is
/// one. Any rank. \throws RunFileError
FeaturePrecision precision_of(const RunFolder& folder);

/// Whether a run file holds the experiment that is wanted, with places for at least as many
/// members. \throws RunFileError where config or data differ (lists every difference), or there
/// are too few places (says which command makes more)
void require_same_experiment(const store::Reader& reader, const config::Config& wanted,
                             const store::Contents& contents);

/// The members that a run file has places for, with the seeds and permutations that it holds:
/// those of a merged run follow from no config.
methods::Plan held_members(const store::Reader& reader);

/// Whether a run that was trained as one holds the members that follow from its config, as far as
/// both go. \throws RunFileError
void require_planned_members(const store::Reader& reader, const methods::Plan& planned);

/// Makes the run file where there is none. One that is there must hold the same experiment.
/// One rank only. \throws RunFileError, IoError
void create_or_compare(const Settings& settings, const store::Contents& contents, Console& console);

/// Which members' slabs have the checksum of their commit record; the ranks share the reading.
/// Collective. \return [members] \throws SharedError
std::vector<bool> intact_members(const comm::Communicator& world, const store::Reader& reader,
                                 Kind kind);

/// What a run file holds of one kind.
struct KindState {
  store::KindSummary summary;
  std::vector<bool> intact;  ///< [members]
  std::size_t done() const;  ///< members that are intact
};

/// Of every kind in the run file. Collective. \throws SharedError
std::vector<KindState> kind_states(const comm::Communicator& world, const store::Reader& reader);

/// Says which members' values were damaged after they were committed.
void warn_of_damage(const KindState& state, Console& console);

/// What is left to be trained: every member that is not intact, and those that failed if
/// `max_attempts` now allows more. Any rank.
std::vector<schedule::Task> remaining_tasks(const KindState& state, int max_attempts);

}  // namespace clvae::run
