#pragma once
/// \file
/// The commands of clvae: what each takes on the command line, and the job that it starts.

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "comm/communicator.hpp"
#include "core/console.hpp"
#include "jobs.hpp"

namespace clvae::jobs {

/// What the command line asks for.
struct CommandLine {
  run::ConfigArguments config;
  std::string run;
  std::vector<std::string> runs;
  std::string output;
  std::string dataset;
  std::vector<std::string> mirrors;
  std::string outliers = "each";
  std::vector<std::string> overrides;
  std::string size;
  std::string score;
  std::string merge;
  InfoOptions info;
  BenchmarkOptions benchmark;
  evaluate::ScoreOptions scoring;
  ExportOptions exporting;
  std::function<int()> job;
};

/// Commands that start from a config: run, train, sweep, check, benchmark.
void add_config_commands(CLI::App& app, CommandLine& line);

/// Commands on runs that exist: reduce, plot, compare, extend, merge, info.
void add_run_commands(CLI::App& app, CommandLine& line);

/// The command on new data: score.
void add_score_command(CLI::App& app, CommandLine& line);
/// The command export.
void add_export_command(CLI::App& app, CommandLine& line);
/// The command fetch.
void add_fetch_command(CLI::App& app, CommandLine& line);

/// Only rank 0 speaks.
inline Console::Mode mode_of(const comm::Communicator& world) {
  return world.is_root() ? Console::Mode::automatic : Console::Mode::silent;
}

}  // namespace clvae::jobs
