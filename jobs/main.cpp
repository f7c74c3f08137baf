// The command line of clvae: each sub-command is a job of jobs.hpp.

#include <algorithm>
#include <cstdio>
#include <functional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "clvae/core/nearest.hpp"
#include "jobs.hpp"
#include "launch.hpp"
#include "version.hpp"

namespace {

using namespace clvae;  // NOLINT(google-build-using-namespace): this file is the end of the line
using comm::Communicator;
using jobs::RunFolder;

/// What the command line asks for.
struct CommandLine {
  jobs::ConfigArguments config;
  std::string run;
  std::vector<std::string> runs;
  std::string output;
  std::string outliers = "each";
  std::vector<std::string> overrides;
  std::string size;
  std::string score;
  std::string merge;
  jobs::InfoOptions info;
  std::function<int()> job;
};

constexpr const char* kAbout =
    "Trains ensembles of Conditional Latent-space VAEs and tells how well unseen kinds of data\n"
    "are recognised as anomalies as the ensemble grows.";

constexpr const char* kFooter = R"(
Examples:
  clvae check configs/mnist.yaml                       what the run will be and need
  mpirun -np 4 clvae run configs/mnist.yaml            train on 4 ranks, reduce, plot
  srun --mpi=pmix clvae run configs/mnist.yaml         the same within a Slurm allocation
  clvae info runs/mnist                                how far it has come

Exit status: 0 done; 1 something broke while the job ran; 2 the command line, the config, the data
or the run file can't be used as given; 75 stopped, as a signal (USR1, USR2, TERM, INT) or the time
limit asked for. A run that was interrupted goes on where it was when the same command is given
again. A second TERM or INT ends a job at once.)";

Console::Mode mode_of(const Communicator& world) {
  return world.is_root() ? Console::Mode::automatic : Console::Mode::silent;
}

void add_config_options(CLI::App& command, CommandLine& line) {
  command.add_option("config", line.config.config, "YAML file; configs/README.md lists its keys")
      ->required()
      ->type_name("CONFIG");
  command
      .add_option("--set", line.config.overrides,
                  "another value for one key, e.g. --set ensemble.size=4; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command
      .add_option("--output", line.config.output,
                  "folder of the run [the config's `output`, else runs/ and the config's name]")
      ->type_name("FOLDER");
}

void add_time_limit_option(CLI::App& command, CommandLine& line) {
  command
      .add_option("--time-limit", line.config.time_limit,
                  "stop in good order before this time is over, e.g. 12h [Slurm's, within a job]")
      ->type_name("TIME");
}

void add_run_option(CLI::App& command, CommandLine& line) {
  command.add_option("run", line.run, "folder of a run, or its run.h5")
      ->required()
      ->type_name("RUN");
}

using ConfigJob = void (*)(const Communicator&, const jobs::Settings&, Console&);

void add_config_job(CLI::App& app, CommandLine& line, const std::string& name,
                    const std::string& about, const std::string& examples, ConfigJob job) {
  CLI::App* command = app.add_subcommand(name, about);
  command->footer("\nExamples:\n" + examples);
  add_config_options(*command, line);
  add_time_limit_option(*command, line);
  command->callback([&line, job] {
    line.job = [&line, job] {
      return jobs::on_all_ranks([&](const Communicator& world) {
        Console console(stdout, mode_of(world));
        job(world, jobs::agreed_settings(world, line.config), console);
      });
    };
  });
}

void add_check(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "check", "Read config and data; print the plan, memory and disk; train nothing");
  command->footer("\nExamples:\n  clvae check configs/cifar10.yaml --set model.latent_dim=8");
  add_config_options(*command, line);
  command->callback([&line] {
    line.job = [&line] {
      return jobs::alone([&] {
        const std::string text = jobs::check(jobs::settings_of(line.config));
        std::fputs(text.c_str(), stdout);
      });
    };
  });
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
  command->add_option("--score", line.score, "density, peak_normalised or mahalanobis")
      ->type_name("WORD");
  command->add_option("--merge", line.merge, "mean, geometric, max or min")->type_name("WORD");
  add_overrides_option(*command, line, "reduction.*");
  command->callback([&line] {
    line.job = [&line] {
      return jobs::on_all_ranks([&](const Communicator& world) {
        Console console(stdout, mode_of(world));
        RunFolder folder("");
        comm::together(world, [&] { folder = RunFolder::find(line.run); });
        jobs::reduce(world, folder,
                     jobs::agreed_reduction(world, folder, reduction_overrides(line)), console);
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
      return jobs::alone([&] {
        Console console(stdout);
        std::vector<RunFolder> folders;
        for (const std::string& run : line.runs) folders.push_back(RunFolder::find(run));
        if (folders.size() == 1) {
          jobs::plot(folders.front(), line.output, console);
          return;
        }
        if (line.output.empty()) throw UsageError("several runs need --output FOLDER");
        jobs::plot_together(folders, line.output, console);
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
      return jobs::on_all_ranks([&](const Communicator& world) {
        Console console(stdout, mode_of(world));
        std::vector<RunFolder> folders;
        comm::together(world, [&] {
          for (const std::string& run : line.runs) folders.push_back(RunFolder::find(run));
        });
        jobs::compare(world, folders, jobs::agreed_reduction(world, folders[0], line.overrides),
                      line.output, console);
      });
    };
  });
}

void add_sweep(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "sweep", "One run for each class that may be anomalous, and a table of them all");
  command->footer(
      "\nExamples:\n"
      "  mpirun -np 4 clvae sweep configs/mnist.yaml --output runs/mnist_each\n"
      "  mpirun -np 4 clvae sweep configs/mnist.yaml --outliers 5,6,7 --set ensemble.size=8\n"
      "\nEach run has a folder of its own below the output folder. Given again, the command goes "
      "on "
      "where it was.");
  add_config_options(*command, line);
  add_time_limit_option(*command, line);
  command
      ->add_option("--outliers", line.outliers,
                   "each, or class numbers with commas between; one run for each of them [each]")
      ->type_name("CLASSES");
  command->callback([&line] {
    line.job = [&line] {
      return jobs::on_all_ranks([&](const Communicator& world) {
        Console console(stdout, mode_of(world));
        jobs::sweep(world, jobs::agreed_settings(world, line.config), line.outliers, console);
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
      return jobs::alone([&] {
        Console console(stdout);
        std::vector<std::string> overrides = line.overrides;
        if (!line.size.empty()) overrides.push_back("ensemble.size=" + line.size);
        jobs::extend(RunFolder::find(line.run), overrides, console);
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
      return jobs::alone([&] {
        Console console(stdout);
        std::vector<RunFolder> folders;
        for (const std::string& run : line.runs) folders.push_back(RunFolder::find(run));
        jobs::merge(folders, line.output, console);
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
  command->add_flag("--verify", line.info.verify, "read all members and compare their checksums");
  command->callback([&line] {
    line.job = [&line] {
      return jobs::alone(
          [&] { std::fputs(jobs::info(RunFolder::find(line.run), line.info).c_str(), stdout); });
    };
  });
}

/// What is wrong with the command line, in one line.
std::string describe_mistake(const CLI::App& app, const CLI::ParseError& found,
                             const std::string& first_word) {
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands(nullptr)) known.push_back(command->get_name());
  const bool is_command = std::find(known.begin(), known.end(), first_word) != known.end();
  if (first_word.empty() || first_word.front() == '-' || is_command) return first_line(found);
  const auto nearest = nearest_word(first_word, known);
  return fmt::format("there is no command {}{}; the commands are {}", first_word,
                     nearest ? " (did you mean " + *nearest + "?)" : "", joined(known));
}

/// Prints the help that was asked for, or the mistake.
int end_early(const CLI::App& app, const CLI::ParseError& found, const std::string& first_word) {
  if (found.get_exit_code() == 0) return jobs::launched_rank() == 0 ? app.exit(found) : 0;
  jobs::print_error(describe_mistake(app, found, first_word) + "; clvae --help tells more");
  return static_cast<int>(ExitStatus::usage);
}

}  // namespace

int main(int argc, char** argv) {
  CommandLine line;
  CLI::App app(kAbout, "clvae");
  app.set_version_flag("--version", std::string("clvae ") + jobs::kVersion);
  app.require_subcommand(1);
  app.footer(kFooter);
  add_config_job(app, line, "run", "Train, reduce and plot; goes on with what is there",
                 "  clvae run configs/quickstart.yaml\n"
                 "  mpirun -np 4 clvae run configs/mnist.yaml --set ensemble.size=50 "
                 "--output runs/fifty\n"
                 "  clvae run configs/mnist.yaml --time-limit 8h\n",
                 &jobs::run);
  add_config_job(app, line, "train", "Train the members that are not done yet",
                 "  mpirun -np 4 clvae train configs/mnist.yaml\n", &jobs::train);
  add_reduce(app, line);
  add_plot(app, line);
  add_sweep(app, line);
  add_compare(app, line);
  add_extend(app, line);
  add_merge(app, line);
  add_info(app, line);
  add_check(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& found) {
    return end_early(app, found, argc > 1 ? argv[1] : "");
  }
  return line.job();
}
