#include "command_line.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "core/paths.hpp"
#include "reduce/score_table.hpp"
#include "report/column_width.hpp"
#include "run/launch.hpp"

namespace clvae::jobs {

Console console_of(const comm::Communicator& world) {
  return Console(stdout, world.is_root() ? Console::Mode::automatic : Console::Mode::silent);
}

void run_on_all_ranks(CLI::App& command, Job& job,
                      const std::function<void(const comm::Communicator&, Console&)>& body) {
  command.callback([&job, body] {
    job = [body] {
      return run::on_all_ranks([&](const comm::Communicator& world) {
        Console console = console_of(world);
        body(world, console);
      });
    };
  });
}

void run_alone(CLI::App& command, Job& job, const std::function<void()>& body) {
  command.callback([&job, body] { job = [body] { return run::alone(body); }; });
}

void add_config_options(CLI::App& command, run::ConfigArguments& arguments) {
  command.add_option("config", arguments.config, "YAML file; configs/README.md lists its keys")
      ->required()
      ->type_name("CONFIG");
  command
      .add_option("--set", arguments.overrides,
                  "another value for one key, e.g. --set ensemble.size=4; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command
      .add_option("--output", arguments.output,
                  "folder of the run [the config's `output`, else runs/ and the config's name]")
      ->type_name("FOLDER");
}

void add_time_limit_option(CLI::App& command, run::ConfigArguments& arguments) {
  command
      .add_option("--time-limit", arguments.time_limit,
                  "stop in good order before this time is over, e.g. 12h [Slurm's, within a job]")
      ->type_name("TIME");
}

void add_run_option(CLI::App& command, std::string& run) {
  command.add_option("run", run, "folder of a run, or its run.h5")->required()->type_name("RUN");
}

void add_overrides_option(CLI::App& command, std::vector<std::string>& overrides,
                          const std::string& keys) {
  command.add_option("--set", overrides, "another value for a key " + keys + "; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

void add_score_options(CLI::App& command, std::string& score, std::string& merge) {
  command.add_option("--score", score, alternatives(reduce::primary_score_names()))
      ->type_name("WORD");
  command.add_option("--merge", merge, alternatives(reduce::merge_names()))->type_name("WORD");
}

void add_members_option(CLI::App& command, LoadOptions& loading) {
  constexpr int kMost = 1'000'000;
  command.add_option("--members", loading.members, "use the first so many members [all]")
      ->check(CLI::Range(1, kMost))
      ->type_name("MEMBERS");
}

void add_alarm_options(CLI::App& command, embed::Alarm& alarm) {
  CLI::Option* rate = command
                          .add_option("--false-alarm-rate", alarm.false_alarm_rate,
                                      "share of known samples that may be called anomalies [0.05]")
                          ->type_name("SHARE");
  command
      .add_option("--threshold", alarm.threshold,
                  "call anomalies what scores above it, whatever the false-alarm rate")
      ->type_name("NUMBER")
      ->excludes(rate);
}

void add_width_option(CLI::App& command, std::optional<double>& width) {
  command
      .add_option_function<std::string>(
          "--width",
          [&width](const std::string& words) {
            width = report::parse_column_width(words);
            if (!width) {
              throw CLI::ValidationError(fmt::format("--width: found {}; expected {}", words,
                                                     report::column_width_words()));
            }
          },
          "draw the figures for LaTeX too, as wide as a column: 3.3in, 84mm, 8.4cm or 238pt")
      ->type_name("WIDTH");
}

void take_paths_as_written(CLI::App& app) {
  // What the commands call paths in their help.
  constexpr std::array<std::string_view, 8> kPaths{"CONFIG",     "RUN",  "RUN...", "RUN RUN",
                                                   "RUN RUN...", "DATA", "FILE",   "FOLDER"};
  const CLI::Validator path(
      [](std::string& given) -> std::string {
        if (has_control_character(given))
          return "a path with a line end or another control character";
        given = with_home(given);
        return "";
      },
      "", "path");
  for (CLI::App* command : app.get_subcommands({})) {
    for (CLI::Option* option : command->get_options()) {
      const std::string type = option->get_type_name();
      if (std::find(kPaths.begin(), kPaths.end(), type) != kPaths.end()) {
        option->transform(path);
      }
    }
  }
}

std::vector<run::RunFolder> runs_named(const std::vector<std::string>& names) {
  std::vector<run::RunFolder> folders;
  for (const std::string& name : names) folders.push_back(run::RunFolder::find(name));
  return folders;
}

}  // namespace clvae::jobs
