#include <chrono>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "clvae/data/unlabelled.hpp"
#include "jobs.hpp"
#include "run_ensemble.hpp"
#include "score_output.hpp"
#include "stop_signals.hpp"

namespace clvae::jobs {

namespace {

using Clock = std::chrono::steady_clock;

/// Images that a rank scores at a time: whole batches of the encoders, so that a file is cut into
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

std::string in_words(const data::ImageShape& shape) {
  return fmt::format("{} x {} x {}", shape.channels, shape.height, shape.width);
}

std::unique_ptr<data::UnlabelledImages> opened(const ScoreOptions& options,
                                               const store::Reader& reader,
                                               const config::Config& config) {
  auto images = data::open_unlabelled(options.data);
  const data::ImageShape expected = image_shape_of(reader, config, images->shape());
  if (images->shape() == expected) return images;
  throw DataError(
      options.data,
      fmt::format("images of {} (channels x height x width)", in_words(images->shape())),
      in_words(expected) + ", as the run was trained on");
}

/// How it comes on: the live line, or where there is none a line a minute.
class Progress {
 public:
  Progress(std::size_t images, Console& console) : images_(images), console_(console) {}

  void tell(std::size_t done) {
    const double rate = static_cast<double>(done) / seconds_since(start_);
    const std::string line =
        fmt::format("scored {} of {} images, {:.0f} a second, {} left", done, images_, rate,
                    format_duration(static_cast<double>(images_ - done) / rate));
    console_.live(line);
    if (console_.is_live() || Clock::now() - last_event_ < kBetweenEvents) return;
    console_.event(line);
    last_event_ = Clock::now();
  }
  double seconds() const { return seconds_since(start_); }

 private:
  std::size_t images_;
  Console& console_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_event_ = start_;
};

/// The ranks take one block each, in turns; rank 0 writes them in order.
class SharedScoring {
 public:
  SharedScoring(const comm::Communicator& world, data::UnlabelledImages& images,
                const score::Ensemble& ensemble)
      : world_(world), images_(images), ensemble_(ensemble) {}

  /// Collective. \param output on rank 0 \return anomalies, on rank 0
  std::size_t run(ScoreOutput* output, float threshold, Progress& progress) {
    const std::size_t blocks = (images_.size() + kBlock - 1) / kBlock;
    const auto ranks = static_cast<std::size_t>(world_.size());
    const auto rank = static_cast<std::size_t>(world_.rank().value());
    for (std::size_t first = 0; first < blocks; first += ranks) {
      score::Scores own;
      comm::together(world_, [&] {
        if (const char* signal = StopSignals::arrived()) {
          throw InterruptedError(
              fmt::format("{} came while images were scored; nothing is kept of it", signal));
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
    images_.skip(block * kBlock - place_);
    const std::vector<std::uint8_t> pixels = images_.next(kBlock);
    place_ = block * kBlock + pixels.size() / images_.shape().pixels();
    return ensemble_.score(pixels);
  }

  void append(const score::Scores& scores, float threshold, ScoreOutput& output) {
    output.append(scores);
    done_ += scores.size();
    for (const float anomaly : scores.anomaly) anomalies_ += anomaly > threshold ? 1U : 0U;
  }

  const comm::Communicator& world_;
  data::UnlabelledImages& images_;
  const score::Ensemble& ensemble_;
  std::size_t place_ = 0;  ///< of the next image that `images_` gives
  std::size_t done_ = 0;
  std::size_t anomalies_ = 0;
};

}  // namespace

void score(const comm::Communicator& world, const RunFolder& folder, const ScoreOptions& options,
           Console& console) {
  std::optional<store::Reader> reader;
  config::Config config;
  std::unique_ptr<data::UnlabelledImages> images;
  comm::together(world, [&] {
    require_output_name(options);
    reader.emplace(folder.run_file());
    config = scoring_config(*reader, options);
    images = opened(options, *reader, config);
  });
  const RunEnsemble run = agreed_ensemble(world, *reader, config, images->shape(), options);
  console.event(
      fmt::format("{} images of {} with {}", images->size(), options.data, describe(run, config)));
  Calibration calibration;
  std::unique_ptr<ScoreOutput> output;
  comm::together(world, [&] {
    if (!world.is_root()) return;
    calibration = calibrated(*reader, run, options);
    output = open_output(options, images->size(), {*reader, config, run, calibration}, console);
  });
  console.event(describe(calibration));
  Progress progress(images->size(), console);
  const std::size_t anomalies = SharedScoring(world, *images, run.ensemble)
                                    .run(output.get(), calibration.threshold, progress);
  console.end_live();
  comm::together(world, [&] {
    if (output) output->finish();
  });
  console.event(fmt::format("{}: {} of {} images are called anomalies; {}, {:.0f} images a second",
                            options.output, anomalies, images->size(),
                            format_duration(progress.seconds()),
                            static_cast<double>(images->size()) / progress.seconds()));
}

}  // namespace clvae::jobs
