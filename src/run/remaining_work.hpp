#pragma once
/// \file
/// What is left of a run to be trained.

#include <cstddef>
#include <map>
#include <vector>

#include "config/config.hpp"
#include "core/console.hpp"
#include "core/kind.hpp"
#include "data/split.hpp"
#include "run/progress.hpp"
#include "run/run_file.hpp"
#include "schedule/hand_out.hpp"

namespace clvae::run {

/// What a job has to train, and what is known of it before.
struct Work {
  std::vector<schedule::Task> tasks;  ///< the longest first, so that none is left for the end
  std::map<Kind, double> flops;       ///< of one member
  std::map<Kind, double> longest;     ///< seconds of the slowest member that is done
  std::size_t done = 0;               ///< members
  std::size_t attempt_messages = 0;   ///< that the run file has room for, for each member
};

/// Collects what the run file lacks, and warns of damaged members. Any rank.
Work remaining_work(const std::vector<KindState>& states, const config::Config& config,
                    const data::Experiment& experiment, Console& console);

/// What progress is told of the work before it begins. \param members of the ensemble
TrainingProgress::Start start_of(const Work& work, std::size_t members, int ranks);

}  // namespace clvae::run
