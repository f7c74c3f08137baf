#include <cmath>
#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "core/utf8.hpp"
#include "embed/trained_run.hpp"
#include "run/export_folder.hpp"
#include "run/stop_signals.hpp"
#include "run/version.hpp"
#include "torchscript/modules.hpp"
#include "train/device.hpp"

namespace clvae::jobs {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kExportFooter = R"help(
Examples:
  clvae export runs/mnist --torchscript mnist_modules
  clvae export runs/mnist --torchscript one_member --members 1 --score peak_normalised
  python3 -c "import torch; print(torch.jit.load('mnist_modules/ensemble.pt').class_names)"

Writes ensemble.pt, which scores raw samples as clvae score does; member_000.pt and so on, which give
each member's latents and class scores; and ensemble.json, which explains both. PyTorch and LibTorch
run them without clvae. May be done while the run is still training: it takes the CL-VAE members that
are done. An earlier export in the folder is replaced, in one step; any other folder that is not
empty is refused.)help";

struct ExportOptions {
  std::string run;
  std::string folder;
  embed::Alarm alarm;
  LoadOptions loading;  ///< its device and threads mean nothing here
};

/// A run, and what is said of it.
struct ExportedRun {
  const store::Reader& reader;
  const config::Config& config;
  const embed::TrainedMembers& trained;
  const embed::Calibration& calibration;
};

Json input_of(const ExportedRun& source) {
  const networks::Architecture& architecture = *source.trained.options.architecture;
  const networks::SampleSize& shape = architecture.sample();
  if (!architecture.inputs().are_standardised) {
    return {{"samples", "images"},
            {"shape", {"n", shape.channels, shape.height, shape.width}},
            {"type", "whole numbers 0..255, or floating-point numbers 0..1"}};
  }
  const store::FeatureTable features = source.reader.features();
  return {{"samples", "features"},
          {"shape", {"n", shape.channels}},
          {"type",
           "floating-point numbers as they lie in their file, standardised inside; in float64 they "
           "lose nothing before"},
          {"columns", Json::parse(features.columns, nullptr, false)},
          {"precision",
           features.precision == FeaturePrecision::float64 ? "float64" : "rounded to float32"},
          {"means", features.means},
          {"deviations", features.deviations}};
}

Json output_of_ensemble(bool is_judged) {
  Json output{
      {"anomaly_score",
       "float32 [n]; higher = more anomalous: "
       "minus the largest merged class score (of densities: minus its natural logarithm)"},
      {"is_anomaly", "bool [n]; anomaly_score > threshold"},
      {"nearest_class", "int64 [n]; index into class_names"},
      {"confidence",
       "float32 [n]; share, 0..1, of the nearest class in the merged densities of all classes"},
      {"disagreement",
       "float32 [n]; share, 0..1, of the members whose own nearest class is another"}};
  if (!is_judged) output.erase("is_anomaly");
  return output;
}

/// A share of the test set with its interval; null where there is none to tell of.
Json proportion(const reduce::Proportion& found) {
  if (found.trials == 0) return nullptr;
  return {{"count", found.count},
          {"of", found.trials},
          {"share", found.share()},
          {"interval_95", {found.lower, found.upper}}};
}

Json threshold_of(const embed::Calibration& calibration) {
  if (!calibration.threshold) return {{"value", nullptr}, {"rule", embed::rule_of(calibration)}};
  Json threshold{{"value", *calibration.threshold}, {"rule", embed::rule_of(calibration)}};
  if (calibration.false_alarm_rate) {
    threshold["false_alarm_rate"] = *calibration.false_alarm_rate;
    threshold["calibration_inliers"] = calibration.inliers;
  }
  threshold["called_anomalies_of_the_test_inliers"] = proportion(calibration.false_alarms);
  threshold["called_anomalies_of_the_test_outliers"] = proportion(calibration.detections);
  return threshold;
}

Json members_of(const embed::TrainedMembers& trained) {
  Json members = Json::array();
  for (std::size_t i = 0; i < trained.indices.size(); ++i) {
    members.push_back({{"member", trained.indices[i].value()},
                       {"file", run::module_file_name(trained.indices[i].value())}});
  }
  return members;
}

std::string describe_export(const ExportedRun& source) {
  const score::EnsembleOptions& options = source.trained.options;
  Json described{
      {"format", run::kExportFormat},
      {"format_version", 1},
      {"program_version", run::kVersion},
      {"run_file", escaped(source.reader.path())},
      {"dataset_name", source.reader.dataset_name()},
      {"dataset_fingerprint", source.reader.dataset_fingerprint()},
      {"how_to_use",
       "import torch; ensemble = torch.jit.load('ensemble.pt'); scores = ensemble(samples)"},
      {"input", input_of(source)},
      {"output_of_ensemble.pt", output_of_ensemble(source.calibration.threshold.has_value())},
      {"output_of_member_files",
       "a pair: latents, float32 [n, d], the posterior means; "
       "and class scores, float64 [n, classes], "
       "by the score named here (densities as natural logarithms; of joint and nearest minus the "
       "member's own squared Mahalanobis distances)"},
      {"class_names", options.class_names},
      {"score", source.config.reduction.score},
      {"merge", embed::merge_in_use(source.config.reduction)},
      {"threshold", threshold_of(source.calibration)},
      {"members_requested", source.trained.requested},
      {"members", members_of(source.trained)}};
  return described.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void stop_if_asked() {
  if (const char* signal = run::StopSignals::arrived()) {
    throw InterruptedError(
        fmt::format("{} came while modules were written; nothing is kept of them", signal));
  }
}

/// Writes all files. \return their bytes
std::size_t write(const torchscript::Modules& modules, const embed::TrainedMembers& trained,
                  const std::string& description, const run::ExportFolder& folder) {
  std::size_t bytes = description.size();
  const auto add = [&](const std::string& name, const std::string& content) {
    stop_if_asked();
    folder.add(name, content);
    bytes += content.size();
  };
  for (std::size_t i = 0; i < modules.members(); ++i) {
    add(run::module_file_name(trained.indices[i].value()), modules.member_file(i));
  }
  add("ensemble.pt", modules.ensemble_file());
  add(torchscript::kDescription, description);
  stop_if_asked();
  return bytes;
}

/// Writes the run's CL-VAE members, and the ensemble of them, as TorchScript modules into a folder,
/// which appears whole or not at all. \throws UsageError also where the folder is neither empty nor
/// an earlier export; RunFileError, IoError, InterruptedError
void export_torchscript(const ExportOptions& options) {
  Console console(stdout);
  const run::RunFolder folder = run::RunFolder::find(options.run);
  const run::StopSignals signals;
  run::ExportFolder target(options.folder);
  const store::Reader reader(folder.run_file());
  const config::Config config = embed::scoring_config(reader, options.loading);
  const data::ImageShape shape = embed::sample_shape_of(reader, config, {});
  const embed::TrainedMembers trained = embed::trained_members(
      reader, config, shape, embed::usable_members(reader, options.loading.members));
  const embed::TrainedRun run = embed::ready(trained, "cpu");
  const embed::Calibration calibration = embed::calibrated(reader, run, options.alarm);
  console.event("exporting " + embed::describe(run, config));
  console.event(embed::describe(calibration));

  torchscript::Notes notes;
  for (const MemberIndex member : trained.indices) notes.members.push_back(member.value());
  notes.threshold = calibration.threshold;
  notes.description = describe_export({reader, config, trained, calibration});
  const torchscript::Modules modules(trained.options, trained.members, notes);
  const std::size_t bytes = write(modules, trained, notes.description, target);
  target.finish();
  console.event(fmt::format("{}: ensemble.pt, {} member{} and ensemble.json; {}", options.folder,
                            modules.members(), modules.members() == 1 ? "" : "s",
                            format_bytes(static_cast<double>(bytes))));
}

}  // namespace

void add_export(CLI::App& app, Job& job) {
  const auto options = std::make_shared<ExportOptions>();
  CLI::App* command =
      app.add_subcommand("export", "Write a trained run as modules that PyTorch runs");
  command->footer(kExportFooter);
  add_run_option(*command, options->run);
  command->add_option("--torchscript", options->folder, "folder for TorchScript modules")
      ->required()
      ->type_name("FOLDER");
  add_members_option(*command, options->loading);
  add_score_options(*command, options->loading.score, options->loading.merge);
  add_alarm_options(*command, options->alarm);
  run_alone(*command, job, [=] { export_torchscript(*options); });
}

}  // namespace clvae::jobs
