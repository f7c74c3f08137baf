#include "command_line.hpp"
#include "core/nearest.hpp"
#include "reduce/score_table.hpp"
#include "run/launch.hpp"

namespace clvae::jobs {

namespace {

constexpr const char* kFooter = R"help(
Examples:
  clvae export runs/mnist --torchscript mnist_modules
  clvae export runs/mnist --torchscript one_member --members 1 --score peak_normalised
  python3 -c "import torch; print(torch.jit.load('mnist_modules/ensemble.pt').class_names)"

Writes ensemble.pt, which scores raw samples as clvae score does; member_000.pt and so on, which give
each member's latents and class scores; and ensemble.json, which explains both. PyTorch and LibTorch
run them without clvae. May be done while the run is still training: it takes the CL-VAE members that
are done. An earlier export in the folder is replaced, in one step; any other folder that is not
empty is refused.)help";

int start(CommandLine& line) {
  return run::alone([&] {
    Console console(stdout);
    export_torchscript(run::RunFolder::find(line.run), line.exporting, console);
  });
}

}  // namespace

void add_export_command(CLI::App& app, CommandLine& line) {
  constexpr int kMost = 1'000'000;
  CLI::App* command =
      app.add_subcommand("export", "Write a trained run as modules that PyTorch runs");
  command->footer(kFooter);
  command->add_option("run", line.run, "folder of a run, or its run.h5")
      ->required()
      ->type_name("RUN");
  ExportOptions& options = line.exporting;
  command->add_option("--torchscript", options.folder, "folder for TorchScript modules")
      ->required()
      ->type_name("FOLDER");
  command->add_option("--members", options.loading.members, "use the first so many members [all]")
      ->check(CLI::Range(1, kMost))
      ->type_name("MEMBERS");
  command->add_option("--score", options.loading.score, alternatives(reduce::primary_score_names()))
      ->type_name("WORD");
  command->add_option("--merge", options.loading.merge, alternatives(reduce::merge_names()))
      ->type_name("WORD");
  CLI::Option* rate = command
                          ->add_option("--false-alarm-rate", options.alarm.false_alarm_rate,
                                       "share of known samples that may be called anomalies [0.05]")
                          ->type_name("SHARE");
  command
      ->add_option("--threshold", options.alarm.threshold,
                   "call anomalies what scores above it, whatever the false-alarm rate")
      ->type_name("NUMBER")
      ->excludes(rate);
  command->callback([&line] { line.job = [&line] { return start(line); }; });
}

}  // namespace clvae::jobs
