#include "evaluate/score_output.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/utf8.hpp"
#include "report/csv_field.hpp"
#include "report/files.hpp"
#include "report/new_samples_csv.hpp"
#include "run/version.hpp"
#include "store/score_file.hpp"

namespace clvae::evaluate {

namespace {

namespace files = std::filesystem;

bool is_table(const std::string& path) { return files::path(path).extension() == ".csv"; }

std::vector<std::int32_t> numbers_of(const std::vector<MemberIndex>& members) {
  std::vector<std::int32_t> numbers;
  for (const MemberIndex member : members) {
    numbers.push_back(static_cast<std::int32_t>(member.value()));
  }
  return numbers;
}

/// Count, trials, share and interval of a proportion.
void add(std::vector<store::ScoreAttribute>& attributes, const std::string& trials,
         const std::string& count, const std::string& rate, const reduce::Proportion& found) {
  attributes.push_back({trials, static_cast<double>(found.trials)});
  attributes.push_back({count, static_cast<double>(found.count)});
  attributes.push_back({rate, found.trials == 0 ? std::nan("") : found.share()});
  attributes.push_back({rate + "_lower", found.lower});
  attributes.push_back({rate + "_upper", found.upper});
}

std::vector<store::ScoreAttribute> attributes_of(const ScoreOptions& options,
                                                 const ScoredWith& with) {
  const embed::Calibration& calibration = with.calibration;
  std::vector<store::ScoreAttribute> attributes{
      {"program_version", std::string(run::kVersion)},
      {"data", escaped(options.data)},
      {"run_file", escaped(with.reader.path())},
      {"run_dataset_name", with.reader.dataset_name()},
      {"run_dataset_fingerprint", with.reader.dataset_fingerprint()},
      {"class_names", with.run.ensemble.class_names()},
      {"members", numbers_of(with.run.members)},
      {"members_requested", static_cast<std::int32_t>(with.run.requested)},
      {"score", with.config.reduction.score},
      {"merge", embed::merge_in_use(with.config.reduction)},
      {"threshold_rule", embed::rule_of(calibration)}};
  if (!calibration.threshold) return attributes;
  attributes.push_back({"threshold", static_cast<double>(*calibration.threshold)});
  attributes.push_back({"false_alarm_rate", calibration.false_alarm_rate.value_or(std::nan(""))});
  attributes.push_back({"calibration_inliers", static_cast<double>(calibration.inliers)});
  attributes.push_back({"interval_rule", std::string("Clopper and Pearson, 95 %")});
  add(attributes, "test_inliers", "test_false_alarms", "test_false_alarm_rate",
      calibration.false_alarms);
  add(attributes, "test_outliers", "test_detections", "test_detection_rate",
      calibration.detections);
  return attributes;
}

/// The names of the samples as text.
std::vector<std::string> texts_of(gsl::span<const std::string> names) {
  std::vector<std::string> texts;
  for (const std::string& name : names) texts.push_back(escaped(name));
  return texts;
}

std::size_t longest(gsl::span<const std::string> names) {
  std::size_t bytes = 0;
  for (const std::string& name : names) bytes = std::max(bytes, name.size());
  return bytes;
}

/// An HDF5 file.
class FileOutput : public ScoreOutput {
 public:
  FileOutput(const ScoreOptions& options, const data::UnlabelledSamples& samples,
             const ScoredWith& with, Console& console)
      : threshold_(with.calibration.threshold),
        names_(texts_of(samples.names())),
        file_(options.output, samples.size(), {longest(names_), threshold_.has_value()},
              attributes_of(options, with),
              [&console](const std::string& text) { console.warning(text); }) {}

  void append(const score::Scores& scores) override {
    std::vector<std::uint8_t> is_anomaly;
    for (std::size_t i = 0; threshold_ && i < scores.size(); ++i) {
      is_anomaly.push_back(scores.anomaly[i] > *threshold_ ? 1 : 0);
    }
    const std::size_t named = names_.empty() ? 0 : scores.size();
    file_.append({scores.anomaly, is_anomaly, scores.nearest_class, scores.confidence,
                  scores.disagreement, gsl::make_span(names_).subspan(place_, named)});
    place_ += named;
  }
  void finish() override { file_.finish(); }

 private:
  std::optional<float> threshold_;
  std::vector<std::string> names_;
  std::size_t place_ = 0;  ///< of the next name
  store::ScoreFile file_;
};

/// A CSV table.
class TableOutput : public ScoreOutput {
 public:
  TableOutput(const std::string& path, const data::UnlabelledSamples& samples,
              const ScoredWith& with)
      : threshold_(with.calibration.threshold),
        class_names_(with.run.ensemble.class_names()),
        names_(texts_of(samples.names())),
        table_(path, names_.empty() ? report::SampleNames::none : report::SampleNames::files,
               threshold_ ? report::Judgement::told : report::Judgement::none) {}

  void append(const score::Scores& scores) override {
    for (std::size_t i = 0; i < scores.size(); ++i) {
      report::ScoredSample sample;
      sample.index = index_;
      sample.is_readable = is_scored(scores, i);
      if (sample.is_readable) {
        sample.anomaly = scores.anomaly[i];
        sample.is_anomaly = threshold_ && scores.anomaly[i] > *threshold_;
        sample.nearest_class = class_names_.at(static_cast<std::size_t>(scores.nearest_class[i]));
        sample.confidence = scores.confidence[i];
        sample.disagreement = scores.disagreement[i];
      }
      if (!names_.empty()) sample.file = names_[index_];
      table_.append(sample);
      ++index_;
    }
  }
  void finish() override { table_.finish(); }

 private:
  std::optional<float> threshold_;
  std::vector<std::string> class_names_;
  std::vector<std::string> names_;
  report::ScoredCsv table_;
  std::size_t index_ = 0;
};

}  // namespace

std::string unreadable_file_of(const std::string& output) {
  return files::path(output).replace_extension(".unreadable.csv").string();
}

void write_unreadable(const std::vector<data::UnreadableSample>& samples,
                      const std::string& output) {
  report::Draft draft(unreadable_file_of(output));
  std::string text = "index,file,reason\n";
  for (const data::UnreadableSample& sample : samples) {
    text += fmt::format("{},{},{}\n", sample.index, report::csv_field(escaped(sample.name)),
                        report::csv_field(sample.reason));
  }
  draft.write(text);
  draft.finish();
}

bool is_scored(const score::Scores& scores, std::size_t sample) {
  return scores.nearest_class[sample] != kNoClass;
}

void require_output_name(const ScoreOptions& options) {
  const files::path output(options.output);
  const std::string extension = output.extension().string();
  if (extension != ".csv" && extension != ".h5" && extension != ".hdf5") {
    throw UsageError(fmt::format("--output {}: expected a name that ends in .h5, .hdf5 or .csv",
                                 options.output));
  }
  std::error_code ignored;
  const files::path folder = output.has_parent_path() ? output.parent_path() : files::path(".");
  if (!files::is_directory(folder, ignored)) {
    throw UsageError(
        fmt::format("--output {}: there is no folder {}", options.output, folder.string()));
  }
  if (output.filename() == "run.h5" || files::equivalent(output, options.data, ignored) ||
      files::is_directory(output, ignored)) {
    throw UsageError(fmt::format("--output {}: {} is not overwritten", options.output,
                                 output.filename() == "run.h5"          ? "a run file"
                                 : files::is_directory(output, ignored) ? "a folder"
                                                                        : "the data"));
  }
}

std::unique_ptr<ScoreOutput> open_output(const ScoreOptions& options,
                                         const data::UnlabelledSamples& samples,
                                         const ScoredWith& with, Console& console) {
  if (is_table(options.output)) return std::make_unique<TableOutput>(options.output, samples, with);
  return std::make_unique<FileOutput>(options, samples, with, console);
}

}  // namespace clvae::evaluate
