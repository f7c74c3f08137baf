#include <cstdio>
#include <memory>

#include "command_line.hpp"
#include "run/extension.hpp"

namespace clvae::jobs {

namespace {

struct ExtendOptions {
  std::string run;
  std::string size;
  std::vector<std::string> overrides;
};

void extend(const ExtendOptions& options) {
  Console console(stdout);
  std::vector<std::string> overrides = options.overrides;
  if (!options.size.empty()) overrides.push_back("ensemble.size=" + options.size);
  run::extend(run::RunFolder::find(options.run), overrides, console);
}

}  // namespace

void add_extend(CLI::App& app, Job& job) {
  const auto options = std::make_shared<ExtendOptions>();
  CLI::App* command = app.add_subcommand("extend", "Give a run places for more members");
  command->footer(R"(
Examples:
  clvae extend runs/mnist --size 100
  clvae extend runs/mnist --size 100 --set ensemble.sizes.vae=50

The members that are there stay, and the new ones are those that a run of that size would have
had. Then the command that started the run trains them; a job that is at work on the run takes
them up when it has trained what it had to.)");
  add_run_option(*command, options->run);
  command->add_option("--size", options->size, "members of each kind, as ensemble.size")
      ->type_name("MEMBERS");
  add_overrides_option(*command, options->overrides, "ensemble.sizes.*");
  run_alone(*command, job, [=] { extend(*options); });
}

}  // namespace clvae::jobs
