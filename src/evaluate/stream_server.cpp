#include "evaluate/stream_server.hpp"

#include <utility>
#include <vector>

#include "clvae/core/errors.hpp"
#include "run/byte_streams.hpp"
#include "run/stop_signals.hpp"
#include "score/stream.hpp"

namespace clvae::evaluate {

namespace {

/// Samples that are scored together where so many wait: a batch of the encoders.
constexpr std::size_t kMostTogether = 256;
constexpr std::size_t kReadBytes = std::size_t{1} << 18U;
/// How soon a signal that came just before a wait is seen.
constexpr int kWaitMilliseconds = 200;

/// Reads samples, scores those that wait together, and answers. An answer never waits for further
/// input.
class Server {
 public:
  Server(const embed::TrainedRun& run, float threshold, const data::SampleForm& form)
      : ensemble_(run.ensemble), threshold_(threshold), reader_(form), bytes_(kReadBytes) {}

  /// Until the input ends, a signal comes, or nobody reads on. \throws DataError, IoError
  void run() {
    bool goes_on = true;
    while (goes_on) {
      try {
        goes_on = gather();
      } catch (const Error&) {
        answer();  // what came before
        throw;
      }
      if (!answer()) return;
    }
  }

  std::size_t answered() const { return scored_ + refused_; }
  std::size_t refused() const { return refused_; }

 private:
  /// Takes items until a batch is full or none is waiting. \return whether more may come
  bool gather() {
    while (items_.size() < kMostTogether) {
      if (auto item = reader_.next()) {
        items_.push_back(std::move(*item));
        continue;
      }
      if (has_ended_) return false;
      if (!items_.empty() && !input_.is_ready(0)) return true;
      while (!input_.is_ready(kWaitMilliseconds) && run::StopSignals::arrived() == nullptr) {
      }
      if (run::StopSignals::arrived() != nullptr) {
        has_ended_ = true;  // what came whole is still answered
        continue;
      }
      const std::size_t count = input_.read(bytes_);
      reader_.feed(gsl::make_span(bytes_.data(), count));
      if (count > 0) continue;
      has_ended_ = true;
      reader_.end();
    }
    return true;
  }

  /// \return false where nobody reads on
  bool answer() {
    data::SampleBlock all;  // of one of the two, as the stream is
    for (const StreamItem& item : items_) {
      const data::SampleBlock& one = item.sample;
      all.pixels.insert(all.pixels.end(), one.pixels.begin(), one.pixels.end());
      all.values.insert(all.values.end(), one.values.begin(), one.values.end());
    }
    const score::Scores scores =
        all.pixels.empty() ? ensemble_.score(all.values) : ensemble_.score(all.pixels);
    std::string lines;
    std::size_t next = 0;
    for (const StreamItem& item : items_) {
      lines += item.error.empty() ? line_of(item, scores, next++) : score::error_line(item);
    }
    scored_ += next;
    refused_ += items_.size() - next;
    items_.clear();
    return output_.write(lines);
  }

  std::string line_of(const score::StreamItem& item, const score::Scores& scores,
                      std::size_t place) const {
    score::Answer answer;
    answer.anomaly = scores.anomaly[place];
    answer.is_anomaly = answer.anomaly > threshold_;
    answer.nearest_class =
        ensemble_.class_names().at(static_cast<std::size_t>(scores.nearest_class[place]));
    answer.confidence = scores.confidence[place];
    answer.disagreement = scores.disagreement[place];
    return score::answer_line(item, answer);
  }

  using StreamItem = score::StreamItem;

  const score::Ensemble& ensemble_;
  float threshold_;
  score::StreamReader reader_;
  run::InputStream input_;
  run::OutputStream output_;
  std::vector<char> bytes_;
  std::vector<StreamItem> items_;  ///< to be answered
  bool has_ended_ = false;
  std::size_t scored_ = 0;
  std::size_t refused_ = 0;
};

}  // namespace

StreamResult answer_stream(const embed::TrainedRun& run, float threshold,
                           const data::SampleForm& form) {
  Server server(run, threshold, form);
  server.run();
  return {server.answered(), server.refused()};
}

}  // namespace clvae::evaluate
