#include "run/experiment.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "embed/trained_run.hpp"
#include "methods/centres.hpp"
#include "methods/method.hpp"
#include "methods/options.hpp"
#include "networks/precision.hpp"
#include "run/dataset.hpp"
#include "run/version.hpp"

namespace clvae::run {

namespace {

store::SampleTable sample_table(const std::string& part, const data::Part& samples,
                                std::vector<std::uint8_t> is_outlier) {
  return {part, samples.labels, samples.original_index, samples.original_split,
          std::move(is_outlier)};
}

store::SampleTable inlier_table(const std::string& part, const data::Part& samples) {
  return sample_table(part, samples, std::vector<std::uint8_t>(samples.size(), 0));
}

store::KindLayout kind_layout(const methods::Method& method,
                              const std::vector<methods::Member>& members,
                              const methods::Setting& setting) {
  store::KindLayout layout;
  layout.kind = method.kind();
  for (const methods::Member& member : members) {
    layout.seeds.push_back(member.seed.value());
    layout.permutations.insert(layout.permutations.end(), member.permutation.begin(),
                               member.permutation.end());
  }
  if (method.has_centres()) {
    layout.centres = methods::centres_of(setting.config, setting.experiment.inlier_classes.size());
  }
  if (method.has_dimension()) {
    layout.latent_dim = static_cast<std::size_t>(setting.config.model.latent_dim);
  }
  layout.datasets = method.datasets(setting);
  return layout;
}

store::FeatureTable feature_table(const data::Experiment& experiment) {
  const data::Standardisation& by = experiment.standardisation;
  if (by.means.empty()) return {};
  nlohmann::json columns = nlohmann::json::array();
  for (const data::Column& column : experiment.columns) {
    columns.push_back({{"name", column.name}, {"categories", column.categories}});
  }
  return {columns.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), by.means,
          by.deviations, by.precision};
}

data::SplitOptions split_options(const config::Config& config) {
  data::SplitOptions options;
  options.outlier_classes = config.dataset.outlier_classes;
  options.excluded_classes = config.dataset.excluded_classes;
  options.test_mix = config.dataset.test_mix == "all" ? data::TestMix::all : data::TestMix::equal;
  options.train_limit = config.dataset.train_limit;
  options.validation_fraction = config.training.validation_fraction;
  return options;
}

}  // namespace

data::Experiment load_experiment(const config::Config& config, FeaturePrecision precision) {
  const data::Dataset dataset = read_dataset(config.dataset, precision);
  if (!reads_blocks(config)) return data::draw_experiment(dataset, split_options(config));
  data::Experiment experiment = experiment_on(dataset, config);
  experiment.standardisation = data::standardisation_of(dataset, experiment);
  data::stream_values(dataset, experiment);
  return experiment;
}

bool reads_blocks(const config::Config& config) { return config.dataset.memory == "blocks"; }

data::Experiment experiment_on(const data::Dataset& dataset, const config::Config& config) {
  return data::draw_samples(dataset, split_options(config));
}

std::string describe(const data::Experiment& experiment) {
  const auto outliers = std::count(experiment.test_is_outlier.begin(),
                                   experiment.test_is_outlier.end(), std::uint8_t{1});
  return fmt::format(
      "{}: outlier class{} {}; {} training, {} validation and {} test samples ({} outliers)",
      experiment.dataset_name, experiment.outlier_classes.size() > 1 ? "es" : "",
      joined(embed::names_of_classes(experiment.outlier_classes, experiment.class_names)),
      experiment.train.size(), experiment.validation.size(), experiment.test.size(), outliers);
}

bool emulates_precision(const config::Config& config, const std::string& device) {
  if (device != "cpu") return false;
  const networks::Precision precision = methods::precision_of(config);
  return precision == networks::Precision::tf32 ||
         (precision == networks::Precision::bfloat16 && !networks::processor_has_bfloat16());
}

void require_trainable(const config::Config& config, const data::Experiment& experiment) {
  const train::TrainingOptions options = methods::training_options(config, experiment.shape, "cpu");
  train::check_buffer(options, experiment.train.values);
  options.architecture->require(options.loss.error);
  for (const methods::Method* method : methods::methods_of(config)) {
    method->require_trainable({config, experiment});
  }
}

std::string judge_variety(const config::Config& config, const data::Experiment& experiment,
                          bool has_begun) {
  try {
    for (const methods::Method* method : methods::methods_of(config)) {
      method->require_variety({config, experiment});
    }
  } catch (const DataError& error) {
    if (!has_begun) throw;
    return error.what();
  }
  return {};
}

store::Contents run_contents(const config::Config& config, const data::Experiment& experiment,
                             const methods::Plan& plan) {
  store::Contents contents;
  contents.config = config::to_yaml(config);
  contents.program_version = kVersion;
  contents.dataset_name = experiment.dataset_name;
  contents.dataset_fingerprint = experiment.fingerprint;
  contents.class_names = experiment.class_names;
  contents.inlier_classes.assign(experiment.inlier_classes.begin(),
                                 experiment.inlier_classes.end());
  contents.outlier_classes.assign(experiment.outlier_classes.begin(),
                                  experiment.outlier_classes.end());
  contents.image_shape = {experiment.shape.channels, experiment.shape.height,
                          experiment.shape.width};
  contents.sample_type = !experiment.shape.is_image()          ? store::kFeatures
                         : experiment.train.values.are_bytes() ? store::kBytes
                                                               : store::kIntensities;
  contents.parts = {inlier_table("train", experiment.train),
                    inlier_table("validation", experiment.validation),
                    sample_table("test", experiment.test, experiment.test_is_outlier)};
  contents.features = feature_table(experiment);
  // Room for more attempts than a later job may be allowed to make.
  constexpr int kFewestAttemptPlaces = 16;
  contents.max_attempts =
      static_cast<std::size_t>(std::max(config.ensemble.max_attempts, kFewestAttemptPlaces));

  for (const auto& [kind, members] : plan) {
    contents.kinds.push_back(kind_layout(methods::method_of(kind), members, {config, experiment}));
  }
  return contents;
}

}  // namespace clvae::run
