#include <cstdio>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "core/nearest.hpp"
#include "reduce/score_table.hpp"
#include "run/extension.hpp"
#include "run/launch.hpp"

namespace clvae::jobs {

namespace {

void add_run_option(CLI::App& command, CommandLine& line) {
  command.add_option("run", line.run, "folder of a run, or its run.h5")
      ->required()
      ->type_name("RUN");
}

/// \param keys that may be given, "reduction.*"
void add_overrides_option(CLI::App& command, CommandLine& line, const std::string& keys) {
  command
      .add_option("--set", line.overrides, "another value for a key " + keys + "; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

/// The overrides of a reduction, with those that have an option of their own last.
std::vector<std::string> reduction_overrides(const CommandLine& line) {
  std::vector<std::string> overrides = line.overrides;
  if (!line.score.empty()) overrides.push_back("reduction.score=" + line.score);
  if (!line.merge.empty()) overrides.push_back("reduction.merge=" + line.merge);
  return overrides;
}

void add_reduce(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "reduce", "Fit the Gaussians, merge the scores and write the tables of a run");
  command->footer(
      "\nExamples:\n"
      "  clvae reduce runs/mnist --merge geometric\n"
      "  mpirun -np 2 clvae reduce runs/mnist --score peak_normalised --set reduction.draws=1000\n"
      "\nMay be done while the run is still training: it takes the members that are done.");
  add_run_option(*command, line);
  command->add_option("--score", line.score, alternatives(reduce::primary_score_names()))
      ->type_name("WORD");
  command->add_option("--merge", line.merge, alternatives(reduce::merge_names()))
      ->type_name("WORD");
  add_overrides_option(*command, line, "reduction.*");
  command->callback([&line] {
    line.job = [&line] {
      return run::on_all_ranks([&](const comm::Communicator& world) {
        Console console(stdout, mode_of(world));
        run::RunFolder folder("");
        comm::together(world, [&] { folder = run::RunFolder::find(line.run); });
        reduce(world, folder, agreed_reduction(world, folder, reduction_overrides(line)), console);
      });
    };
  });
}

void add_plot(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "plot", "Draw the figures of a run and write its summary page; or several runs side by side");
  command->footer(
      "\nExamples:\n"
      "  clvae plot runs/mnist\n"
      "  clvae plot runs/mnist runs/fashion_mnist runs/cifar10 --output figures");
  command
      ->add_option("runs", line.runs,
                   "folders of runs, or their run.h5; of several, AUC against "
                   "ensemble size is drawn in one panel each")
      ->required()
      ->type_name("RUN...");
  command
      ->add_option("--output", line.output,
                   "folder for the figures [that of the run; needed for several runs]")
      ->type_name("FOLDER");
  command->callback([&line] {
    line.job = [&line] {
      return run::alone([&] {
        Console console(stdout);
        std::vector<run::RunFolder> folders;
        for (const std::string& run : line.runs) folders.push_back(run::RunFolder::find(run));
        if (folders.size() == 1) {
          plot(folders.front(), line.output, console);
          return;
        }
        if (line.output.empty()) throw UsageError("several runs need --output FOLDER");
        plot_together(folders, line.output, console);
      });
    };
  });
}

void add_compare(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "compare", "Tell what one run gains over another, with its interval, on the same test set");
  command->footer(
      "\nExamples:\n"
      "  mpirun -np 2 clvae run configs/mnist.yaml --output runs/random\n"
      "  mpirun -np 2 clvae run configs/mnist.yaml --set ensemble.permutation=identity "
      "--output runs/identity\n"
      "  clvae compare runs/random runs/identity\n"
      "\nWhere the members of both started from the same seeds, the gain is taken within the "
      "pairs.");
  command->add_option("runs", line.runs, "folders of two runs, or their run.h5")
      ->required()
      ->expected(2)
      ->type_name("RUN RUN");
  command->add_option("--output", line.output, "folder for tables and a figure [none]")
      ->type_name("FOLDER");
  add_overrides_option(*command, line, "reduction.*");
  command->callback([&line] {
    line.job = [&line] {
      return run::on_all_ranks([&](const comm::Communicator& world) {
        Console console(stdout, mode_of(world));
        std::vector<run::RunFolder> folders;
        comm::together(world, [&] {
          for (const std::string& run : line.runs) folders.push_back(run::RunFolder::find(run));
        });
        compare(world, folders, agreed_reduction(world, folders[0], line.overrides), line.output,
                console);
      });
    };
  });
}

void add_extend(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("extend", "Give a run places for more members");
  command->footer(
      "\nExamples:\n"
      "  clvae extend runs/mnist --size 100\n"
      "  clvae extend runs/mnist --size 100 --set ensemble.sizes.vae=50\n"
      "\nThe members that are there stay, and the new ones are those that a run of that size would "
      "have\nhad. Then the command that started the run trains them; a job that is at work on the "
      "run takes\nthem up when it has trained what it had to.");
  add_run_option(*command, line);
  command->add_option("--size", line.size, "members of each kind, as ensemble.size")
      ->type_name("MEMBERS");
  add_overrides_option(*command, line, "ensemble.sizes.*");
  command->callback([&line] {
    line.job = [&line] {
      return run::alone([&] {
        Console console(stdout);
        std::vector<std::string> overrides = line.overrides;
        if (!line.size.empty()) overrides.push_back("ensemble.size=" + line.size);
        run::extend(run::RunFolder::find(line.run), overrides, console);
      });
    };
  });
}

void add_merge(CLI::App& app, CommandLine& line) {
  CLI::App* command =
      app.add_subcommand("merge", "Join runs of the same experiment with other seeds into one");
  command->footer(
      "\nExamples:\n"
      "  clvae run configs/mnist.yaml --set ensemble.seed=1 --output runs/one\n"
      "  clvae run configs/mnist.yaml --set ensemble.seed=2 --output runs/two\n"
      "  clvae merge runs/one runs/two --output runs/both\n"
      "  clvae reduce runs/both\n"
      "\nThe members that are done in each run, one run after the other, are copied into a new "
      "run file.\nThe runs must agree in all that decides what a member is, and in their data.");
  command->add_option("runs", line.runs, "folders of two or more runs, or their run.h5")
      ->required()
      ->expected(2, -1)
      ->type_name("RUN RUN...");
  command->add_option("--output", line.output, "folder of the new run")
      ->required()
      ->type_name("FOLDER");
  command->callback([&line] {
    line.job = [&line] {
      return run::alone([&] {
        Console console(stdout);
        std::vector<run::RunFolder> folders;
        for (const std::string& run : line.runs) folders.push_back(run::RunFolder::find(run));
        merge(folders, line.output, console);
      });
    };
  });
}

void add_info(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("info", "Tell what a run holds: members, config, times");
  command->footer(
      "\nExamples:\n"
      "  clvae info runs/mnist --verify\n"
      "  clvae info runs/mnist --json | jq .kinds[0].done\n"
      "\nMay be asked at any time, also while the run is training.");
  add_run_option(*command, line);
  command->add_flag("--json", line.info.as_json, "as JSON, for programs");
  command->add_flag(
      "--verify", line.info.verify,
      "read all members and compare their checksums; exit status 1 where one is damaged");
  command->callback([&line] {
    line.job = [&line] {
      return run::alone([&] {
        const run::RunFolder folder = run::RunFolder::find(line.run);
        const Description found = info(folder, line.info);
        std::fputs(found.text.c_str(), stdout);
        if (found.damaged == 0) return;
        throw RunError(fmt::format("{}: {} damaged member{}; clvae run trains anew what is damaged",
                                   folder.run_file(), found.damaged,
                                   found.damaged == 1 ? "" : "s"));
      });
    };
  });
}

}  // namespace

void add_run_commands(CLI::App& app, CommandLine& line) {
  add_reduce(app, line);
  add_plot(app, line);
  add_compare(app, line);
  add_extend(app, line);
  add_merge(app, line);
  add_info(app, line);
}

}  // namespace clvae::jobs
