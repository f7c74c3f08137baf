#pragma once
/// \file
/// What a config asks for: its samples, and the run file that is to be.

#include <string>

#include "config/config.hpp"
#include "data/split.hpp"
#include "methods/plan.hpp"
#include "store/schema.hpp"

namespace clvae::run {

/// Reads the dataset and draws the experiment. Any rank. \param precision of features
/// \throws DataError
data::Experiment load_experiment(const config::Config& config, FeaturePrecision precision);
/// Whether samples are read block by block, and not held in memory.
bool reads_blocks(const config::Config& config);
/// The samples that the experiment on a dataset consists of, without their values, which are not
/// looked at. Any rank. \throws DataError
data::Experiment experiment_on(const data::Dataset& dataset, const config::Config& config);

/// One line: which data, which classes are held back, how many samples.
std::string describe(const data::Experiment& experiment);

/// Whether that device has no instructions for the config's precision, so that float32 is better.
/// \param device "cpu" or "cuda:N"; of this process
bool emulates_precision(const config::Config& config, const std::string& device);

/// Refuses what could only fail once members are trained. \throws UsageError
void require_trainable(const config::Config& config, const data::Experiment& experiment);
/// Refuses samples of which no training can make a member of one of the kinds, before any is
/// trained. A run that has begun goes on with its other kinds. One process.
/// \param has_begun there is a run file \return a warning, where it has; else empty
/// \throws DataError
std::string judge_variety(const config::Config& config, const data::Experiment& experiment,
                          bool has_begun);

/// What the run file of this experiment holds before training.
store::Contents run_contents(const config::Config& config, const data::Experiment& experiment,
                             const methods::Plan& plan);

}  // namespace clvae::run
