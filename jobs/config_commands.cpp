#include <cstdio>

#include "command_line.hpp"
#include "run/launch.hpp"

namespace clvae::jobs {

namespace {

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

using ConfigJob = void (*)(const comm::Communicator&, const run::Settings&, Console&);

void add_config_job(CLI::App& app, CommandLine& line, const std::string& name,
                    const std::string& about, const std::string& examples, ConfigJob job) {
  CLI::App* command = app.add_subcommand(name, about);
  command->footer("\nExamples:\n" + examples);
  add_config_options(*command, line);
  add_time_limit_option(*command, line);
  command->callback([&line, job] {
    line.job = [&line, job] {
      return run::on_all_ranks([&](const comm::Communicator& world) {
        Console console(stdout, mode_of(world));
        job(world, run::agreed_settings(world, line.config), console);
      });
    };
  });
}

void add_check(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "check", "Read config and data; tell the plan, time, memory and disk; keep nothing");
  command->footer("\nExamples:\n  clvae check configs/cifar10.yaml --set model.latent_dim=8");
  add_config_options(*command, line);
  command->callback([&line] {
    line.job = [&line] {
      return run::alone([&] {
        const std::string text = check(run::settings_of(line.config));
        std::fputs(text.c_str(), stdout);
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
      return run::on_all_ranks([&](const comm::Communicator& world) {
        Console console(stdout, mode_of(world));
        sweep(world, run::agreed_settings(world, line.config), line.outliers, console);
      });
    };
  });
}

void add_benchmark(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "benchmark", "Tell how fast these ranks train a config's members, and how long it will take");
  command->footer(
      "\nExamples:\n"
      "  mpirun -np 4 clvae benchmark configs/mnist.yaml\n"
      "  clvae benchmark configs/cifar10.yaml --seconds 10 --json\n"
      "\nTrains members of each kind on the config's data for a moment, and keeps nothing.");
  add_config_options(*command, line);
  command->add_option("--seconds", line.benchmark.seconds, "of each measurement [3]")
      ->check(CLI::Range(0.1, 600.0))
      ->type_name("SECONDS");
  command->add_flag("--json", line.benchmark.as_json, "as JSON, for programs");
  command->callback([&line] {
    line.job = [&line] {
      return run::on_all_ranks([&](const comm::Communicator& world) {
        Console console(stdout, mode_of(world));
        const std::string text =
            benchmark(world, run::agreed_settings(world, line.config), line.benchmark, console);
        std::fputs(text.c_str(), stdout);
      });
    };
  });
}

}  // namespace

void add_config_commands(CLI::App& app, CommandLine& line) {
  add_config_job(app, line, "run", "Train, reduce and plot; goes on with what is there",
                 "  clvae run configs/quickstart.yaml\n"
                 "  mpirun -np 4 clvae run configs/mnist.yaml --set ensemble.size=50 "
                 "--output runs/fifty\n"
                 "  clvae run configs/mnist.yaml --time-limit 8h\n",
                 &run);
  add_config_job(app, line, "train", "Train the members that are not done yet",
                 "  mpirun -np 4 clvae train configs/mnist.yaml\n", &train);
  add_sweep(app, line);
  add_check(app, line);
  add_benchmark(app, line);
}

}  // namespace clvae::jobs
