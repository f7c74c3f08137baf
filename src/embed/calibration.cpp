#include <array>

#include <fmt/format.h>

#include "embed/trained_run.hpp"
#include "score/threshold.hpp"
#include "store/slabs.hpp"

namespace clvae::embed {

namespace {

constexpr double kConfidence = 0.95;

std::string in_words(const reduce::Proportion& found, const char* what) {
  if (found.trials == 0) return fmt::format("no test {} to tell of", what);
  return fmt::format("{:.2f} % [{:.2f}, {:.2f}] of the {} test {}", 100 * found.share(),
                     100 * found.lower, 100 * found.upper, found.trials, what);
}

}  // namespace

std::vector<float> stored_anomalies(const store::Reader& reader, const TrainedRun& run,
                                    const std::string& part) {
  return run.ensemble.anomalies_of_latents(
      reader.samples(part).labels.size(), [&](std::size_t member) {
        return reader.slab(kScoringKind, run.members[member], slab::latents_of(part));
      });
}

Calibration calibrated(const store::Reader& reader, const TrainedRun& run, const Alarm& alarm) {
  Calibration calibration;
  if (alarm.threshold) {
    calibration.threshold = static_cast<float>(*alarm.threshold);
  } else {
    const std::vector<float> held_out = stored_anomalies(reader, run, "validation");
    const double rate = alarm.false_alarm_rate.value_or(kFalseAlarmRate);
    try {
      calibration.threshold = score::threshold_for(rate, held_out);
    } catch (const UsageError& error) {
      if (alarm.false_alarm_rate) throw;
      calibration.no_threshold = error.what();
      return calibration;
    }
    calibration.false_alarm_rate = rate;
    calibration.inliers = held_out.size();
  }
  const std::vector<float> test = stored_anomalies(reader, run, "test");
  const std::vector<std::uint8_t> is_outlier = reader.samples("test").is_outlier;
  std::array<std::vector<float>, 2> groups;  // inliers, outliers
  for (std::size_t i = 0; i < test.size(); ++i) groups.at(is_outlier[i]).push_back(test[i]);
  const auto share_of = [&](const std::vector<float>& scores) {
    return reduce::proportion(score::alarms(scores, *calibration.threshold), scores.size(),
                              kConfidence);
  };
  calibration.false_alarms = share_of(groups[0]);
  calibration.detections = share_of(groups[1]);
  return calibration;
}

std::string rule_of(const Calibration& calibration) {
  if (!calibration.threshold) return "none: " + calibration.no_threshold;
  if (!calibration.false_alarm_rate) return "given by the user; above it is an anomaly";
  return "the m-th largest score of the n held-out (validation) inliers, m = floor(a (n + 1)), "
         "a = false_alarm_rate; above it is an anomaly";
}

std::string describe(const TrainedRun& run, const config::Config& config) {
  return fmt::format("{} of {} CL-VAE members (score: {}, merge: {})", run.members.size(),
                     run.requested, config.reduction.score, merge_in_use(config.reduction));
}

std::string describe(const Calibration& calibration) {
  if (!calibration.threshold) {
    return fmt::format("is_anomaly is left out: {}; --threshold or --false-alarm-rate bring it in",
                       calibration.no_threshold);
  }
  const std::string source =
      calibration.false_alarm_rate
          ? fmt::format("for a false-alarm rate of {:g} %, from {} held-out inliers",
                        100 * *calibration.false_alarm_rate, calibration.inliers)
          : "as given";
  return fmt::format(
      "anomalies are scores above {:.6g}, {};\n  at that, on the run's own test set, {} and {} are "
      "called anomalies",
      *calibration.threshold, source, in_words(calibration.false_alarms, "inliers"),
      in_words(calibration.detections, "outliers"));
}

}  // namespace clvae::embed
