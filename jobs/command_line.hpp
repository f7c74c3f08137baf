#pragma once
/// \file
/// What the commands share of the command line: how a command starts its job, and the options that
/// several commands have.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "comm/communicator.hpp"
#include "core/console.hpp"
#include "embed/trained_run.hpp"
#include "run/run_folder.hpp"
#include "run/settings.hpp"

namespace clvae::jobs {

/// What the program does once the command line is read. Returns the exit status. Each command has a
/// function `add_NAME(CLI::App&, Job&)` in the file of its name, which main.cpp lists: it adds the
/// command with its options, and makes the job its own where the command is given.
using Job = std::function<int()>;

/// A console on standard output that speaks on rank 0 alone.
Console console_of(const comm::Communicator& world);

/// Lets a command run on all ranks that were started, with such a console.
void run_on_all_ranks(CLI::App& command, Job& job,
                      const std::function<void(const comm::Communicator&, Console&)>& body);

/// Lets a command, which needs no MPI, run on one process: of several on that of rank 0.
void run_alone(CLI::App& command, Job& job, const std::function<void()>& body);

/// CONFIG, --set and --output, of commands that start from a config.
void add_config_options(CLI::App& command, run::ConfigArguments& arguments);
/// --time-limit, of those that train.
void add_time_limit_option(CLI::App& command, run::ConfigArguments& arguments);

/// RUN, of commands on a run that exists.
void add_run_option(CLI::App& command, std::string& run);
/// --set, of those commands. \param keys that may be given, "reduction.*"
void add_overrides_option(CLI::App& command, std::vector<std::string>& overrides,
                          const std::string& keys);
/// --score and --merge: other words for `reduction.score` and `reduction.merge`.
void add_score_options(CLI::App& command, std::string& score, std::string& merge);
/// --members, of commands that load the members of a run.
void add_members_option(CLI::App& command, LoadOptions& loading);
/// --false-alarm-rate and --threshold: what is called an anomaly.
void add_alarm_options(CLI::App& command, embed::Alarm& alarm);

/// --width, of commands that draw: of a column, for figures as LaTeX takes them, in points.
void add_width_option(CLI::App& command, std::optional<double>& width);

/// Lets `~` mean a home folder in every path of every command, also where a shell leaves it as it
/// is (--output=~/x), and refuses line ends in paths. To be called once all commands are there.
void take_paths_as_written(CLI::App& app);

/// The runs that a user names. \throws UsageError where one is not there
std::vector<run::RunFolder> runs_named(const std::vector<std::string>& names);

}  // namespace clvae::jobs
