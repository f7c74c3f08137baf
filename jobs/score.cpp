#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "core/digest.hpp"
#include "data/formats/images/image_tree.hpp"
#include "data/formats/table.hpp"
#include "data/sample_words.hpp"
#include "data/unlabelled.hpp"
#include "evaluate/run_ensemble.hpp"
#include "evaluate/score_output.hpp"
#include "evaluate/shared_scoring.hpp"
#include "evaluate/stream_server.hpp"
#include "run/launch.hpp"
#include "run/stop_signals.hpp"

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

constexpr const char* kAfterFormats =
    R"(Features are standardised as the run's were. Files of any size are read piece by piece.

DATA - is a stream on standard input, one sample a line as JSON; "id" is optional:
  {"id": "a", "pixels": [[0, 255, ...], ...]}    or the pixels alone: whole numbers from 0 to 255, or
                                                 numbers from 0 to 1 where the run was trained on such
  {"id": "a", "features": [0.5, -3, ...]}        or the features alone, in the run's order
  {"id": "a", "columns": {"age": 3, "kind": "a"}}    of a table, by names
or raw IDX. Each is answered at once by a line of JSON on standard output; one that can't be scored
by {"line": 3, "error": "..."}, and the stream goes on. A stream ends with status 0 at its end, at a
signal, or when nobody reads on; with 2 where it held no sample that could be scored.

An image file that can't be read ends the job. With --skip-unreadable it is passed over: its row
has no values, and a table beside the scores, NAME.unreadable.csv, names all of them.

Needs the run alone, no training data. May be done while the run is still training: it
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

struct ScoreArguments {
  std::string run;
  evaluate::ScoreOptions options;
};

data::SampleForm form_of(const std::string& path, const store::Reader& reader,
                         const config::Config& config) {
  if (!reader.image_shape().empty()) return evaluate::sample_form_of(reader, config, {});
  // An earlier version, which trained on images alone; the data may tell their size.
  return evaluate::sample_form_of(reader, config, data::open_unlabelled(path, {})->shape());
}

/// Refuses data that the ranks do not see alike, because they change. Collective.
void require_alike(const comm::Communicator& world, const std::string& path,
                   const data::UnlabelledSamples& samples) {
  Digest digest;
  for (const std::string& name : samples.names()) digest.add(name);
  const std::string own = fmt::format("{} {}", samples.size(), digest.hex128());
  const std::string first = world.broadcast(own);
  comm::together(world, [&] {
    if (own == first) return;
    throw DataError(path, "data that change while they are read", "the same on all ranks");
  });
}

/// Says what was odd about the data, and names what could not be read. One process.
void tell(const data::ReadingNotes& notes, const evaluate::ScoreOptions& options,
          const data::UnlabelledSamples& samples, Console& console) {
  if (notes.flawed > 0) {
    console.warning(data::flawed_in_words(options.data, {notes.flawed, notes.first_flawed}));
  }
  if (!options.skips_unreadable) return;
  evaluate::write_unreadable(notes.unreadable, options.output);
  if (notes.unreadable.empty()) return;
  console.warning(fmt::format(
      "{} of {} samples could not be read and have no scores: {} names them",
      notes.unreadable.size(), samples.size(), evaluate::unreadable_file_of(options.output)));
}

/// Scores the samples of a file or folder with the run's CL-VAE members; the ranks share them, and
/// any number of them gives the same file. Collective. \throws SharedError
void score(const comm::Communicator& world, const run::RunFolder& folder,
           const evaluate::ScoreOptions& options, Console& console) {
  std::optional<store::Reader> reader;
  config::Config config;
  data::SampleForm form;
  std::unique_ptr<data::UnlabelledSamples> samples;
  comm::together(world, [&] {
    evaluate::require_output_name(options);
    reader.emplace(folder.run_file());
    config = embed::scoring_config(*reader, options.loading);
    config.dataset.scale = options.scale.value_or(config.dataset.scale);
    form = form_of(options.data, *reader, config);
    form.skips_unreadable = options.skips_unreadable;
    samples = data::open_unlabelled(options.data, form);
    evaluate::require_shape(options.data, samples->shape(), form.shape);
  });
  require_alike(world, options.data, *samples);
  if (!samples->warning().empty()) console.warning(samples->warning());
  const embed::TrainedRun run = evaluate::agreed_run(world, *reader, config, form.shape, options);
  const char* const noun = data::words_of(form.shape).samples;
  console.event(fmt::format("{} {} of {} with {}", samples->size(), noun, options.data,
                            embed::describe(run, config)));
  embed::Calibration calibration;
  std::unique_ptr<evaluate::ScoreOutput> output;
  comm::together(world, [&] {
    if (!world.is_root()) return;
    calibration = embed::calibrated(*reader, run, options.alarm);
    output = evaluate::open_output(options, *samples, {*reader, config, run, calibration}, console);
  });
  console.event(embed::describe(calibration));
  const evaluate::ScoringResult result = evaluate::score_together(
      world, *samples, run.ensemble, calibration.threshold, output.get(), console);
  comm::together(world, [&] {
    if (world.is_root()) tell(result.notes, options, *samples, console);
  });
  const std::string judged =
      calibration.threshold
          ? fmt::format("{} of {} {} are called anomalies", result.anomalies, samples->size(), noun)
          : fmt::format("scores of {} {}", samples->size(), noun);
  console.event(fmt::format("{}: {}; {}, {:.0f} {} a second", options.output, judged,
                            format_duration(result.seconds),
                            static_cast<double>(samples->size()) / result.seconds, noun));
}

/// Answers standard input. One process. \throws UsageError, RunError; DataError for a stream
/// without any sample
void serve(const run::RunFolder& folder, const evaluate::ScoreOptions& options, Console& console) {
  const run::StopSignals signals;
  const store::Reader reader(folder.run_file());
  const config::Config config = embed::scoring_config(reader, options.loading);
  const data::SampleForm form = evaluate::sample_form_of(reader, config, {});
  const embed::TrainedRun run = evaluate::own_run(reader, config, form.shape, options);
  const embed::Calibration calibration = embed::calibrated(reader, run, options.alarm);
  console.event(fmt::format("scoring standard input, {}, with {}", data::describe(form.shape),
                            embed::describe(run, config)));
  console.event(embed::describe(calibration));

  const auto start = std::chrono::steady_clock::now();
  const evaluate::StreamResult result = evaluate::answer_stream(run, calibration.threshold, form);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const data::SampleWords& words = data::words_of(form.shape);
  if (result.answered == 0 && run::StopSignals::arrived() == nullptr) {
    throw DataError("standard input", "nothing", words.stream);
  }
  console.event(fmt::format("answered {} {} in {}, {:.0f} a second", result.answered, words.samples,
                            format_duration(seconds),
                            static_cast<double>(result.answered) / seconds));
  if (result.refused == 0) return;
  console.warning(
      fmt::format("{} of them could not be scored; their answers say why", result.refused));
  if (result.refused == result.answered) {
    throw DataError("standard input", fmt::format("no {} that can be scored", words.sample),
                    data::describe(form.shape));
  }
}

/// Answers standard input, or scores a file. \return the exit status
int score_or_serve(const ScoreArguments& arguments) {
  const evaluate::ScoreOptions& options = arguments.options;
  if (options.data == "-") {
    return run::alone([&] {
      if (!options.output.empty()) {
        throw UsageError("--output: answers to a stream go to standard output");
      }
      if (options.scale) throw UsageError("--scale: that is of files; a stream has bytes or 0..1");
      Console console(stderr);
      serve(run::RunFolder::find(arguments.run), options, console);
    });
  }
  return run::on_all_ranks([&](const comm::Communicator& world) {
    Console console = console_of(world);
    run::RunFolder folder("");
    comm::together(world, [&] {
      if (options.output.empty()) {
        throw UsageError("--output FILE is needed: where the scores go, .h5 or .csv");
      }
      folder = run::RunFolder::find(arguments.run);
    });
    score(world, folder, options, console);
  });
}

}  // namespace

void add_score(CLI::App& app, Job& job) {
  constexpr int kMostThreads = 1'000'000;
  const auto arguments = std::make_shared<ScoreArguments>();
  evaluate::ScoreOptions& options = arguments->options;
  CLI::App* command = app.add_subcommand(
      "score", "Score new, unlabelled data with a trained run, from files or a stream");
  command->footer(kBeforeFormats + formats() + kAfterFormats);
  add_run_option(*command, arguments->run);
  command->add_option("data", options.data, "file or folder of new data; -: standard input")
      ->required()
      ->type_name("DATA");
  command
      ->add_option("--output", options.output,
                   "file for the scores, .h5 or .csv [none for a stream]")
      ->type_name("FILE");
  command->add_flag("--skip-unreadable", options.skips_unreadable,
                    "pass over image files that can't be read, and name them beside the scores");
  command
      ->add_option(
          "--scale", options.scale,
          "number that stands for white in arrays of images that are not uint8 [as the run "
          "says]")
      ->check(CLI::PositiveNumber)
      ->type_name("NUMBER");
  add_alarm_options(*command, options.alarm);
  add_members_option(*command, options.loading);
  command->add_option("--device", options.loading.device, "auto, cpu or cuda [as the run says]")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->type_name("WORD");
  command->add_option("--threads", options.loading.threads, "of each rank [as the run says]")
      ->check(CLI::Range(1, kMostThreads))
      ->type_name("THREADS");
  add_score_options(*command, options.loading.score, options.loading.merge);
  command->callback(
      [&job, arguments] { job = [arguments] { return score_or_serve(*arguments); }; });
}

}  // namespace clvae::jobs
