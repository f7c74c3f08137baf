#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "launch.hpp"

namespace clvae::jobs {

namespace {

constexpr const char* kFooter = R"(
Examples:
  clvae score runs/mnist new-images-idx3-ubyte.gz --output scores.csv
  mpirun -np 4 clvae score runs/mnist data/mnist --output scores.h5 --false-alarm-rate 0.01
  camera | clvae score runs/mnist - | jq -c 'select(.is_anomaly)'

DATA is a file of IDX images or CIFAR-10 records, plain or with .gz, or a folder with such a test
split; or - for images on standard input: one a line as JSON, {"id": "a", "pixels": [[0, 255, ...],
...]} or the pixels alone, whole numbers from 0 to 255, or raw IDX. Each is answered at once by a
line of JSON on standard output; one that can't be scored by {"line": 3, "error": "..."}, and the
stream goes on. A stream ends with status 0 at its end, at a signal, or when nobody reads on; with
2 where it held no image that could be scored.

Needs the run alone, no training data and no labels. May be done while the run is still training: it
takes the CL-VAE members that are done.)";

void add_output_options(CLI::App& command, CommandLine& line) {
  command
      .add_option("--output", line.scoring.output,
                  "file for the scores, .h5 or .csv [none for a stream]")
      ->type_name("FILE");
  CLI::Option* rate = command
                          .add_option("--false-alarm-rate", line.scoring.false_alarm_rate,
                                      "share of known images that may be called anomalies [0.05]")
                          ->type_name("SHARE");
  command
      .add_option("--threshold", line.scoring.threshold,
                  "call anomalies what scores above it, whatever the false-alarm rate")
      ->type_name("NUMBER")
      ->excludes(rate);
}

void add_work_options(CLI::App& command, CommandLine& line) {
  constexpr int kMost = 1'000'000;
  command.add_option("--members", line.scoring.members, "use the first so many members [all]")
      ->check(CLI::Range(1, kMost))
      ->type_name("MEMBERS");
  command.add_option("--device", line.scoring.device, "auto, cpu or cuda [as the run says]")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->type_name("WORD");
  command.add_option("--threads", line.scoring.threads, "of each rank [as the run says]")
      ->check(CLI::Range(1, kMost))
      ->type_name("THREADS");
  command.add_option("--score", line.score, "density, peak_normalised or mahalanobis")
      ->type_name("WORD");
  command.add_option("--merge", line.merge, "mean, geometric, max or min")->type_name("WORD");
}

/// Answers standard input, or scores a file.
int start(CommandLine& line) {
  if (!line.score.empty()) line.scoring.overrides.push_back("reduction.score=" + line.score);
  if (!line.merge.empty()) line.scoring.overrides.push_back("reduction.merge=" + line.merge);
  const ScoreOptions& options = line.scoring;
  if (options.data == "-") {
    return alone([&] {
      if (!options.output.empty()) {
        throw UsageError("--output: answers to a stream go to standard output");
      }
      Console console(stderr);
      serve(RunFolder::find(line.run), options, console);
    });
  }
  return on_all_ranks([&](const comm::Communicator& world) {
    Console console(stdout, mode_of(world));
    RunFolder folder("");
    comm::together(world, [&] {
      if (options.output.empty()) {
        throw UsageError("--output FILE is needed: where the scores go, .h5 or .csv");
      }
      folder = RunFolder::find(line.run);
    });
    score(world, folder, options, console);
  });
}

}  // namespace

void add_score_command(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "score", "Score new, unlabelled images with a trained run, from a file or a stream");
  command->footer(kFooter);
  command->add_option("run", line.run, "folder of a run, or its run.h5")
      ->required()
      ->type_name("RUN");
  command->add_option("data", line.scoring.data, "file or folder of images; -: standard input")
      ->required()
      ->type_name("DATA");
  add_output_options(*command, line);
  add_work_options(*command, line);
  command->callback([&line] { line.job = [&line] { return start(line); }; });
}

}  // namespace clvae::jobs
