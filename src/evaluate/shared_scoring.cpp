#include "evaluate/shared_scoring.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "data/sample_words.hpp"
#include "run/stop_signals.hpp"
#include "score/threshold.hpp"

namespace clvae::evaluate {

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

/// What is said of a sample that could not be read.
void take_away(score::Scores& scores, std::size_t sample) {
  constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();
  scores.anomaly[sample] = kNothing;
  scores.nearest_class[sample] = kNoClass;
  scores.confidence[sample] = kNothing;
  scores.disagreement[sample] = kNothing;
}

/// What all ranks noticed, in the order of the samples. Collective.
data::ReadingNotes gathered(const comm::Communicator& world, const data::ReadingNotes& own) {
  nlohmann::json unreadable = nlohmann::json::array();
  for (const data::UnreadableSample& sample : own.unreadable) {
    unreadable.push_back({sample.index, sample.name, sample.reason});
  }
  // In CBOR, which takes names in any encoding.
  const auto bytes = nlohmann::json::to_cbor({own.flawed, own.first_flawed, unreadable});
  data::ReadingNotes all;
  for (const std::string& text : world.all_gather({bytes.begin(), bytes.end()})) {
    const nlohmann::json notes = nlohmann::json::from_cbor(text);
    if (all.flawed == 0) all.first_flawed = notes.at(1);
    all.flawed += notes.at(0).get<std::size_t>();
    for (const nlohmann::json& sample : notes.at(2)) {
      all.unreadable.push_back({sample.at(0), sample.at(1), sample.at(2)});
    }
  }
  std::sort(all.unreadable.begin(), all.unreadable.end(),
            [](const auto& a, const auto& b) { return a.index < b.index; });
  return all;
}

/// Progress of scoring: the live line, or where there is none a line a minute.
class ScoringProgress {
 public:
  ScoringProgress(const data::UnlabelledSamples& samples, Console& console)
      : size_(samples.size()), noun_(data::words_of(samples.shape()).samples), console_(console) {}

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
  std::size_t run(ScoreOutput* output, std::optional<float> threshold, ScoringProgress& progress) {
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
    score::Scores scores = ensemble_.score(next);
    for (const std::size_t sample : next.unreadable) take_away(scores, sample);
    place_ = block * kBlock + scores.size();
    return scores;
  }

  void append(const score::Scores& scores, std::optional<float> threshold, ScoreOutput& output) {
    output.append(scores);
    done_ += scores.size();
    if (threshold) anomalies_ += score::alarms(scores.anomaly, *threshold);
  }

  const comm::Communicator& world_;
  data::UnlabelledSamples& samples_;
  const score::Ensemble& ensemble_;
  std::size_t place_ = 0;  ///< of the next sample that `samples_` gives
  std::size_t done_ = 0;
  std::size_t anomalies_ = 0;
};

}  // namespace

ScoringResult score_together(const comm::Communicator& world, data::UnlabelledSamples& samples,
                             const score::Ensemble& ensemble, std::optional<float> threshold,
                             ScoreOutput* output, Console& console) {
  ScoringProgress progress(samples, console);
  ScoringResult result;
  result.anomalies = SharedScoring(world, samples, ensemble).run(output, threshold, progress);
  console.end_live();
  result.notes = gathered(world, samples.notes());
  comm::together(world, [&] {
    if (result.notes.unreadable.size() == samples.size()) {
      const data::UnreadableSample& first = result.notes.unreadable.front();
      throw DataError(first.name, first.reason + ", and none of the others can be read",
                      "at least one sample that can be scored");
    }
    if (output != nullptr) output->finish();
  });
  result.seconds = progress.seconds();
  return result;
}

}  // namespace clvae::evaluate
