#include <memory>

#include "command_line.hpp"
#include "jobs.hpp"

namespace clvae::jobs {

void run(const comm::Communicator& world, const run::Settings& settings, Console& console) {
  train(world, settings, console);
  reduce(world, settings.folder, settings.config.reduction, console);
  if (!settings.config.evaluation.is_empty()) {
    evaluate(world, settings.folder, settings.config, {}, console);
  }
  comm::together(world, [&] {
    if (world.is_root()) plot(settings.folder, "", console);
  });
}

void add_run(CLI::App& app, Job& job) {
  const auto arguments = std::make_shared<run::ConfigArguments>();
  CLI::App* command =
      app.add_subcommand("run", "Train, reduce, evaluate and plot; goes on with what is there");
  command->footer(
      "\nExamples:\n"
      "  clvae run configs/quickstart.yaml\n"
      "  mpirun -np 4 clvae run configs/mnist.yaml --set ensemble.size=50 --output runs/fifty\n"
      "  clvae run configs/mnist.yaml --time-limit 8h\n");
  add_config_options(*command, *arguments);
  add_time_limit_option(*command, *arguments);
  run_on_all_ranks(*command, job, [=](const comm::Communicator& world, Console& console) {
    run(world, run::agreed_settings(world, *arguments), console);
  });
}

}  // namespace clvae::jobs
