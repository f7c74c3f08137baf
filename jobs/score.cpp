#include <chrono>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/digest.hpp"
#include "data/unlabelled.hpp"
#include "evaluate/run_ensemble.hpp"
#include "evaluate/score_output.hpp"
#include "jobs.hpp"
#include "run/stop_signals.hpp"

namespace clvae::jobs {

namespace {

using Clock = std::chrono::steady_clock;

/// Samples that a rank scores at a time: whole batches of the encoders, so that a file is cut into
/// the same batches by any number of ranks.
constexpr std::size_t kBlock = 1024;
constexpr std::chrono::minutes kBetweenEvents{1};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<double> as_row(const score::Scores& scores) {
  std::vector<double> row;
  row.reserve(4 * scores.size());
  row.insert(row.end(), scores.anomaly.begin(), scores.anomaly.end());
  row.insert(row.end(), scores.nearest_class.begin(), scores.nearest_class.end());
  row.insert(row.end(), scores.confidence.begin(), scores.confidence.end());
  row.insert(row.end(), scores.disagreement.begin(), scores.disagreement.end());
  return row;
}

score::Scores from_row(const std::vector<double>& row) {
  const std::size_t count = row.size() / 4;
  score::Scores scores;
  for (std::size_t i = 0; i < count; ++i) {
    scores.anomaly.push_back(static_cast<float>(row[i]));
    scores.nearest_class.push_back(static_cast<std::int32_t>(row[count + i]));
    scores.confidence.push_back(static_cast<float>(row[2 * count + i]));
    scores.disagreement.push_back(static_cast<float>(row[3 * count + i]));
  }
  return scores;
}

data::SampleForm form_of(const std::string& path, const store::Reader& reader,
                         const config::Config& config) {
  if (!reader.image_shape().empty()) return evaluate::sample_form_of(reader, config, {});
  // An earlier version, which trained on images alone; the data may tell their size.
  return evaluate::sample_form_of(reader, config, data::open_unlabelled(path, {})->shape());
}

void require_shape(const std::string& path, const data::ImageShape& found,
                   const data::ImageShape& expected) {
  if (found == expected) return;
  throw DataError(path, describe(found) + (found.is_vector ? "" : " (channels x height x width)"),
                  describe(expected) + ", as the run was trained on");
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

/// What samples are called.
std::string noun(const data::ImageShape& shape) { return shape.is_vector ? "samples" : "images"; }

/// How it comes on: the live line, or where there is none a line a minute.
class Progress {
 public:
  Progress(const data::UnlabelledSamples& samples, Console& console)
      : size_(samples.size()), noun_(noun(samples.shape())), console_(console) {}

  void tell(std::size_t done) {
    const double rate = static_cast<double>(done) / seconds_since(start_);
    const std::string line =
        fmt::format("scored {} of {} {}, {:.0f} a second, {} left", done, size_, noun_, rate,
                    format_duration(static_cast<double>(size_ - done) / rate));
    console_.live(line);
    if (console_.is_live() || Clock::now() - last_event_ < kBetweenEvents) return;
    console_.event(line);
    last_event_ = Clock::now();
  }
  double seconds() const { return seconds_since(start_); }

 private:
  std::size_t size_;
  std::string noun_;
  Console& console_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_event_ = start_;
};

/// The ranks take one block each, in turns; rank 0 writes them in order.
class SharedScoring {
 public:
  SharedScoring(const comm::Communicator& world, data::UnlabelledSamples& samples,
                const score::Ensemble& ensemble)
      : world_(world), samples_(samples), ensemble_(ensemble) {}

  /// Collective. \param output on rank 0 \return anomalies, on rank 0
  std::size_t run(evaluate::ScoreOutput* output, float threshold, Progress& progress) {
    const std::size_t blocks = (samples_.size() + kBlock - 1) / kBlock;
    const auto ranks = static_cast<std::size_t>(world_.size());
    const auto rank = static_cast<std::size_t>(world_.rank().value());
    for (std::size_t first = 0; first < blocks; first += ranks) {
      score::Scores own;
      comm::together(world_, [&] {
        if (const char* signal = run::StopSignals::arrived()) {
          throw InterruptedError(
              fmt::format("{} came while data were scored; nothing is kept of it", signal));
        }
        if (first + rank < blocks) own = score_block(first + rank);
      });
      const auto rows = world_.gather(as_row(own));
      comm::together(world_, [&] {
        for (const std::vector<double>& row : rows) append(from_row(row), threshold, *output);
        if (output != nullptr) progress.tell(done_);
      });
    }
    return anomalies_;
  }

 private:
  score::Scores score_block(std::size_t block) {
    samples_.skip(block * kBlock - place_);
    const data::SampleBlock next = samples_.next(kBlock);
    const score::Scores scores =
        next.pixels.empty() ? ensemble_.score(next.values) : ensemble_.score(next.pixels);
    place_ = block * kBlock + scores.size();
    return scores;
  }

  void append(const score::Scores& scores, float threshold, evaluate::ScoreOutput& output) {
    output.append(scores);
    done_ += scores.size();
    for (const float anomaly : scores.anomaly) anomalies_ += anomaly > threshold ? 1U : 0U;
  }

  const comm::Communicator& world_;
  data::UnlabelledSamples& samples_;
  const score::Ensemble& ensemble_;
  std::size_t place_ = 0;  ///< of the next sample that `samples_` gives
  std::size_t done_ = 0;
  std::size_t anomalies_ = 0;
};

}  // namespace

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
    form = form_of(options.data, *reader, config);
    samples = data::open_unlabelled(options.data, form);
    require_shape(options.data, samples->shape(), form.shape);
  });
  require_alike(world, options.data, *samples);
  if (!samples->warning().empty()) console.warning(samples->warning());
  const embed::TrainedRun run = evaluate::agreed_run(world, *reader, config, form.shape, options);
  console.event(fmt::format("{} {} of {} with {}", samples->size(), noun(form.shape), options.data,
                            embed::describe(run, config)));
  embed::Calibration calibration;
  std::unique_ptr<evaluate::ScoreOutput> output;
  comm::together(world, [&] {
    if (!world.is_root()) return;
    calibration = embed::calibrated(*reader, run, options.alarm);
    output = evaluate::open_output(options, *samples, {*reader, config, run, calibration}, console);
  });
  console.event(embed::describe(calibration));
  Progress progress(*samples, console);
  const std::size_t anomalies = SharedScoring(world, *samples, run.ensemble)
                                    .run(output.get(), calibration.threshold, progress);
  console.end_live();
  comm::together(world, [&] {
    if (output) output->finish();
  });
  console.event(
      fmt::format("{}: {} of {} {} are called anomalies; {}, {:.0f} {} a second", options.output,
                  anomalies, samples->size(), noun(form.shape), format_duration(progress.seconds()),
                  static_cast<double>(samples->size()) / progress.seconds(), noun(form.shape)));
}

}  // namespace clvae::jobs
