#pragma once
/// \file
/// What a config asks for, in the words of each room.

#include <map>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "data/split.hpp"
#include "networks/precision.hpp"
#include "plan/plan.hpp"
#include "store/schema.hpp"
#include "store/slabs.hpp"
#include "train/trainer.hpp"

namespace clvae::run {

/// Reads the dataset and draws the experiment. Any rank. \throws DataError
data::Experiment load_experiment(const config::Config& config);
/// Whether samples are read block by block, and not held in memory.
bool reads_blocks(const config::Config& config);
/// The samples that the experiment on a dataset consists of, without their values, which are not
/// looked at. Any rank. \throws DataError
data::Experiment experiment_on(const data::Dataset& dataset, const config::Config& config);

/// One line: which data, which classes are held back, how many samples.
std::string describe(const data::Experiment& experiment);

train::TrainingOptions training_options(const config::Config& config, const data::ImageShape& shape,
                                        const std::string& device);

/// The members of every kind that the config asks for; one where the kind knows no chance.
using Plan = std::map<Kind, std::vector<plan::Member>>;
Plan planned_members(const config::Config& config, std::size_t classes);

/// The key that says how many members of each kind there are, unless a kind has a key of its own.
inline constexpr const char* kSizeKey = "ensemble.size";
/// Whether a key says how many members there are.
bool is_size_key(const std::string& key);
/// The key that says how many members of that kind there are.
std::string size_key(Kind kind, const config::Ensemble& ensemble);

/// All members, of whatever kind.
std::size_t member_count(const Plan& plan);

/// Whether CL-VAE members move their centres.
bool learns_centres(const config::Config& config);

/// Of the training's steps.
networks::Precision precision_of(const config::Config& config);

/// Whether that device has no instructions for the config's precision, so that float32 is better.
/// \param device "cpu" or "cuda:N"; of this process
bool emulates_precision(const config::Config& config, const std::string& device);

/// Refuses what could only fail once members are trained. \throws UsageError
void require_trainable(const config::Config& config, const data::Experiment& experiment);

/// Centres of the K classes, before any permutation. [K, d]
std::vector<double> centres_of(const config::Config& config, std::size_t classes);

/// The centre of each class for one member. \param centres [K, d]  \return [K, d]
std::vector<double> permuted_centres(const std::vector<double>& centres,
                                     const std::vector<std::int32_t>& permutation);

/// What the run file of this experiment holds before training.
store::Contents run_contents(const config::Config& config, const data::Experiment& experiment,
                             const Plan& plan);

}  // namespace clvae::run
