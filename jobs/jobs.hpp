#pragma once
/// \file
/// The commands that other commands are made of.

#include <optional>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "config/config.hpp"
#include "core/console.hpp"
#include "run/run_folder.hpp"
#include "run/settings.hpp"

namespace clvae::jobs {

/// Trains what is not done yet, reduces, plots. Collective. \throws SharedError
void run(const comm::Communicator& world, const run::Settings& settings, Console& console);

/// Trains every member that the run file does not hold yet; makes the run file where there is none.
/// Collective. \throws SharedError where config or data can't be used, or the run is another's
void train(const comm::Communicator& world, const run::Settings& settings, Console& console);

/// The settings of a reduction: the run file's own, with what the user wants otherwise.
/// Collective. \param overrides of keys "reduction.*" \throws SharedError
config::Reduction agreed_reduction(const comm::Communicator& world, const run::RunFolder& folder,
                                   const std::vector<std::string>& overrides);

/// Scores, merges and writes the tables; the ranks share the work. Collective.
/// \throws SharedError where no member is done
void reduce(const comm::Communicator& world, const run::RunFolder& folder,
            const config::Reduction& reduction, Console& console);

/// How a run is held against other data.
struct EvaluationOptions {
  std::optional<config::EvaluationSet> inliers;  ///< in place of the run's own test inliers
  std::string output;                            ///< folder; empty: in that of the run
  bool is_fresh = false;                         ///< whether sets that are done are done again
  std::optional<double> latex_width;             ///< of figures for LaTeX, in points of 1/72 inch
};

/// Holds a run against the sets of a config, as far as that is not done yet; the ranks share the
/// work. Collective. \param config of the run, with the sets and the reduction that are wanted
/// \throws SharedError
void evaluate(const comm::Communicator& world, const run::RunFolder& folder,
              const config::Config& config, const EvaluationOptions& options, Console& console);

/// Draws the figures of one run from the tables that `reduce` wrote and from its run file, and
/// writes the summary page. One process. \param output folder; empty: the run's own
/// \throws UsageError, DataError, RunError
void plot(const run::RunFolder& folder, const std::string& output, Console& console);

/// Writes the summary page of a run anew, with the figures that are there; nothing where there was
/// none. One process. \throws DataError, IoError
void refresh_summary(const run::RunFolder& folder, Console& console);

}  // namespace clvae::jobs
