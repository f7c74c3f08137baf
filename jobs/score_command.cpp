#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "data/formats/table.hpp"
#include "run/launch.hpp"

namespace clvae::jobs {

namespace {

constexpr const char* kBeforeFormats = R"(
Examples:
  clvae score runs/mnist new-images-idx3-ubyte.gz --output scores.csv
  mpirun -np 4 clvae score runs/mnist data/mnist --output scores.h5 --false-alarm-rate 0.01
  clvae score runs/animals camera/2026-06 --output scores.csv       # a tree of PNG and JPEG files
  clvae score runs/table new.csv --output scores.csv                # columns by their names
  clvae score runs/features new.h5 --output scores.h5               # the dataset /x
  camera | clvae score runs/mnist - | jq -c 'select(.is_anomaly)'
  echo '{"columns": {"age": 3, "kind": "a"}}' | clvae score runs/table -

DATA may lie in any format that can be trained on, whatever the run's own, as long as its samples
have the run's shape. No labels are needed, and none are looked at:
)";

constexpr const char* kAfterFormats = R"(Features are standardised as the run's were. Files of any size are read piece by piece.

DATA - is a stream on standard input, one sample a line as JSON; "id" is optional:
  {"id": "a", "pixels": [[0, 255, ...], ...]}    or the pixels run::alone: whole numbers from 0 to 255, or
                                                 numbers from 0 to 1 where the run was trained on such
  {"id": "a", "features": [0.5, -3, ...]}        or the features run::alone, in the run's order
  {"id": "a", "columns": {"age": 3, "kind": "a"}}    of a table, by names
or raw IDX. Each is answered at once by a line of JSON on standard output; one that can't be scored
by {"line": 3, "error": "..."}, and the stream goes on. A stream ends with status 0 at its end, at a
signal, or when nobody reads on; with 2 where it held no sample that could be scored.

Needs the run run::alone, no training data. May be done while the run is still training: it
takes the CL-VAE members that are done.)";

/// What of each format is scored.
std::string formats() {
  std::string text;
  for (const data::FormatFacts& format : data::kFormatFacts) {
    text += fmt::format("  {:<8}", format.word);
    for (const char letter : format.to_score) {
      text += letter;
      if (letter == '\n') text += std::string(10, ' ');
    }
    text += '\n';
  }
  return text;
}

void add_output_options(CLI::App& command, CommandLine& line) {
  command
      .add_option("--output", line.scoring.output,
                  "file for the scores, .h5 or .csv [none for a stream]")
      ->type_name("FILE");
  CLI::Option* rate = command
                          .add_option("--false-alarm-rate", line.scoring.alarm.false_alarm_rate,
                                      "share of known samples that may be called anomalies [0.05]")
                          ->type_name("SHARE");
  command
      .add_option("--threshold", line.scoring.alarm.threshold,
                  "call anomalies what scores above it, whatever the false-alarm rate")
      ->type_name("NUMBER")
      ->excludes(rate);
}

void add_work_options(CLI::App& command, CommandLine& line) {
  constexpr int kMost = 1'000'000;
  command
      .add_option("--members", line.scoring.loading.members, "use the first so many members [all]")
      ->check(CLI::Range(1, kMost))
      ->type_name("MEMBERS");
  command
      .add_option("--device", line.scoring.loading.device, "auto, cpu or cuda [as the run says]")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->type_name("WORD");
  command.add_option("--threads", line.scoring.loading.threads, "of each rank [as the run says]")
      ->check(CLI::Range(1, kMost))
      ->type_name("THREADS");
  command
      .add_option("--score", line.scoring.loading.score, "density, peak_normalised or mahalanobis")
      ->type_name("WORD");
  command.add_option("--merge", line.scoring.loading.merge, "mean, geometric, max or min")
      ->type_name("WORD");
}

/// Answers standard input, or scores a file.
int start(CommandLine& line) {
  const evaluate::ScoreOptions& options = line.scoring;
  if (options.data == "-") {
    return run::alone([&] {
      if (!options.output.empty()) {
        throw UsageError("--output: answers to a stream go to standard output");
      }
      Console console(stderr);
      serve(run::RunFolder::find(line.run), options, console);
    });
  }
  return run::on_all_ranks([&](const comm::Communicator& world) {
    Console console(stdout, mode_of(world));
    run::RunFolder folder("");
    comm::together(world, [&] {
      if (options.output.empty()) {
        throw UsageError("--output FILE is needed: where the scores go, .h5 or .csv");
      }
      folder = run::RunFolder::find(line.run);
    });
    score(world, folder, options, console);
  });
}

}  // namespace

void add_score_command(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "score", "Score new, unlabelled data with a trained run, from files or a stream");
  command->footer(kBeforeFormats + formats() + kAfterFormats);
  command->add_option("run", line.run, "folder of a run, or its run.h5")
      ->required()
      ->type_name("RUN");
  command->add_option("data", line.scoring.data, "file or folder of new data; -: standard input")
      ->required()
      ->type_name("DATA");
  add_output_options(*command, line);
  add_work_options(*command, line);
  command->callback([&line] { line.job = [&line] { return start(line); }; });
}

}  // namespace clvae::jobs
