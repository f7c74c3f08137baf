#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "core/nearest.hpp"
#include "reduce/score_table.hpp"
#include "run/launch.hpp"

namespace clvae::jobs {

namespace {

constexpr const char* kFooter = R"(
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
  images  a folder with images at any depth, or one image; each is brought to the run's size. Names
          of files are kept with the scores. Of a folder with train and test, test is scored
  csv     a table with the run's columns, in any order; of a folder its test.csv
  hdf5    the dataset /x, else /test/x, else /train/x
  npz     the array x, else x_test, else x_train
  idx     a file of images, plain or with .gz, or a folder with t10k-images-idx3-ubyte
  cifar10 a file of records, *.bin, plain or with .gz, or a folder with test_batch.bin
Features are standardised as the run's were. Files of any size are read piece by piece.

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
      .add_option("--score", line.scoring.loading.score,
                  alternatives(reduce::primary_score_names()))
      ->type_name("WORD");
  command.add_option("--merge", line.scoring.loading.merge, alternatives(reduce::merge_names()))
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
  command->footer(kFooter);
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
