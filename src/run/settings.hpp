#pragma once
/// \file
/// What a run is to be, as all ranks agree on it.

#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "config/config.hpp"
#include "run/run_folder.hpp"
#include "run/time_limit.hpp"

namespace clvae::run {

/// What a user gives to the jobs that start from a config.
struct ConfigArguments {
  std::string config;                  ///< file
  std::vector<std::string> overrides;  ///< "key=value"
  std::string output;                  ///< folder; empty: as the config says
  std::string time_limit;              ///< empty: the batch system's, where there is one
};

struct Settings {
  config::Config config;
  RunFolder folder;
  TimeLimit time_limit;
};

/// Reads the config. One process. \throws ConfigError
Settings settings_of(const ConfigArguments& arguments);

/// The same on every rank; only rank 0 reads the file. Collective. \throws SharedError
Settings agreed_settings(const comm::Communicator& world, const ConfigArguments& arguments);

}  // namespace clvae::run
