#pragma once
/// \file
/// How long members take, measured for a moment before any is trained.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/kind.hpp"
#include "data/split.hpp"
#include "run/experiment.hpp"
#include "run/run_folder.hpp"
#include "train/throughput.hpp"

namespace clvae::run {

/// How fast one rank makes members of a kind.
struct Pace {
  train::Throughput throughput;
  double member_seconds = 0;  ///< training for all its epochs, and encoding
};

/// Trains and encodes on this rank's device for a moment. Any rank.
/// \param seconds of each measurement; there are three of a clvae or vae, two of a cnn
/// \throws as `train::measure_throughput`
Pace measure_pace(Kind kind, const config::Config& config, const data::Experiment& experiment,
                  const std::string& device, double seconds);

/// Members that are still to be trained: those of the run file where there is one, else all.
std::map<Kind, std::size_t> members_left(const Plan& plan, const RunFolder& folder);

/// How long the ranks take for so many members when each asks for another as soon as it is free,
/// kinds that take longest first. \param member_seconds of each rank, by kind
double training_time(const std::map<Kind, std::size_t>& members,
                     const std::vector<std::map<Kind, double>>& member_seconds);

}  // namespace clvae::run
