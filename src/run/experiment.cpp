#include "run/experiment.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "embed/trained_run.hpp"
#include "networks/centres.hpp"
#include "reduce/gaussians.hpp"
#include "run/dataset.hpp"
#include "run/member_datasets.hpp"
#include "run/version.hpp"
#include "train/pca.hpp"

namespace clvae::run {

namespace {

constexpr std::string_view kOwnSizes = "ensemble.sizes.";

store::SampleTable sample_table(const std::string& part, const data::Part& samples,
                                std::vector<std::uint8_t> is_outlier) {
  return {part, samples.labels, samples.original_index, samples.original_split,
          std::move(is_outlier)};
}

store::SampleTable inlier_table(const std::string& part, const data::Part& samples) {
  return sample_table(part, samples, std::vector<std::uint8_t>(samples.size(), 0));
}

plan::Permutation permutation_of(const config::Config& config) {
  return config.ensemble.permutation == "identity" ? plan::Permutation::identity
                                                   : plan::Permutation::random;
}

/// What the config says of members of that kind alone.
std::optional<int> own_size(Kind kind, const config::Sizes& sizes) {
  switch (kind) {
    case Kind::clvae:
      return sizes.clvae;
    case Kind::vae:
      return sizes.vae;
    case Kind::cnn:
      return sizes.cnn;
    case Kind::pca:
      break;
  }
  return 1;  // all others would be equal to it
}

store::KindLayout kind_layout(Kind kind, const std::vector<plan::Member>& members,
                              const config::Config& config, const data::Experiment& experiment) {
  store::KindLayout layout;
  layout.kind = kind;
  for (const plan::Member& member : members) {
    layout.seeds.push_back(member.seed.value());
    layout.permutations.insert(layout.permutations.end(), member.permutation.begin(),
                               member.permutation.end());
  }
  if (has_centres(kind)) layout.centres = centres_of(config, experiment.inlier_classes.size());
  // A classifier has no latents.
  if (kind != Kind::cnn) layout.latent_dim = static_cast<std::size_t>(config.model.latent_dim);
  layout.datasets = member_datasets(kind, config, experiment);
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
          by.deviations};
}

/// Training can't help a class that has fewer samples than its Gaussian needs.
void require_samples_for_gaussians(const config::Config& config,
                                   const data::Experiment& experiment) {
  const auto needed = static_cast<std::ptrdiff_t>(reduce::samples_needed(config.model.latent_dim));
  const std::vector<std::int32_t>& labels = experiment.train.labels;
  for (const int label : experiment.inlier_classes) {
    const auto count = std::count(labels.begin(), labels.end(), label);
    if (count >= needed) continue;
    throw DataError(config.dataset.path,
                    fmt::format("{} training samples of class {}", count,
                                experiment.class_names.at(static_cast<std::size_t>(label))),
                    fmt::format("at least {}, for a Gaussian in {} dimensions", needed,
                                config.model.latent_dim));
  }
}

data::SplitOptions split_options(const config::Config& config) {
  data::SplitOptions options;
  options.outlier_classes = config.dataset.outlier_classes;
  options.test_mix = config.dataset.test_mix == "all" ? data::TestMix::all : data::TestMix::equal;
  options.train_limit = config.dataset.train_limit;
  options.validation_fraction = config.training.validation_fraction;
  return options;
}

}  // namespace

data::Experiment load_experiment(const config::Config& config) {
  const data::Dataset dataset = read_dataset(config.dataset);
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

train::TrainingOptions training_options(const config::Config& config, const data::ImageShape& shape,
                                        const std::string& device) {
  const config::Training& training = config.training;
  train::TrainingOptions options;
  options.architecture = embed::architecture_of(config, shape);
  options.loss.alpha = training.alpha;
  options.loss.error = training.reconstruction.error == "cross_entropy"
                           ? networks::ReconstructionError::cross_entropy
                           : networks::ReconstructionError::squared;
  if (shape.is_vector) options.loss.error = networks::ReconstructionError::squared_values;
  options.loss.reconstruction_over =
      training.reconstruction.over == "sum" ? networks::Reduce::sum : networks::Reduce::mean;
  options.loss.prior_over =
      training.prior.over == "mean" ? networks::Reduce::mean : networks::Reduce::sum;
  options.loss.prior_at =
      training.prior.at == "sample" ? networks::PriorAt::sample : networks::PriorAt::closed_form;
  options.epochs = training.epochs;
  options.batch_size = training.batch_size;
  options.stream.buffer_bytes = static_cast<std::size_t>(config.dataset.blocks.buffer) << 20U;
  options.stream.samples_per_block = config.dataset.blocks.samples;
  options.learning_rate = training.learning_rate;
  options.schedule = training.schedule == "one_cycle" ? train::LearningRateSchedule::one_cycle
                                                      : train::LearningRateSchedule::constant;
  options.patience = training.patience;
  options.learn_centres = learns_centres(config);
  options.precision = precision_of(config);
  options.device = device;
  return options;
}

Plan planned_members(const config::Config& config, std::size_t classes) {
  Plan planned;
  for (const std::string& method : config.ensemble.methods) {
    plan::Options options;
    options.kind = kind_named(method).value();  // the loader allows no other words
    options.size = own_size(options.kind, config.ensemble.sizes).value_or(config.ensemble.size);
    options.classes = static_cast<int>(classes);
    options.ensemble_seed = Seed{config.ensemble.seed};
    options.permutation = permutation_of(config);
    planned[options.kind] = plan::members(options);
  }
  return planned;
}

bool is_size_key(const std::string& key) {
  return key == kSizeKey || key.compare(0, kOwnSizes.size(), kOwnSizes) == 0;
}

std::string size_key(Kind kind, const config::Ensemble& ensemble) {
  if (!own_size(kind, ensemble.sizes)) return kSizeKey;
  return fmt::format("{}{}", kOwnSizes, name_of(kind));
}

std::size_t member_count(const Plan& plan) {
  std::size_t count = 0;
  for (const auto& [kind, members] : plan) count += members.size();
  return count;
}

bool learns_centres(const config::Config& config) { return config.model.centres == "learned"; }

networks::Precision precision_of(const config::Config& config) {
  if (config.training.precision == "bfloat16") return networks::Precision::bfloat16;
  return config.training.precision == "tf32" ? networks::Precision::tf32
                                             : networks::Precision::float32;
}

bool emulates_precision(const config::Config& config, const std::string& device) {
  if (device != "cpu") return false;
  const networks::Precision precision = precision_of(config);
  return precision == networks::Precision::tf32 ||
         (precision == networks::Precision::bfloat16 && !networks::processor_has_bfloat16());
}

void require_trainable(const config::Config& config, const data::Experiment& experiment) {
  train::check_buffer(training_options(config, experiment.shape, "cpu"), experiment.train.values);
  if (experiment.shape.is_vector && config.training.reconstruction.error == "cross_entropy") {
    throw UsageError(
        "training.reconstruction.error: found cross_entropy; features are no probabilities, for "
        "them it has to be squared");
  }
  const auto& methods = config.ensemble.methods;
  const auto is_asked_for = [&](Kind kind) {
    return std::find(methods.begin(), methods.end(), name_of(kind)) != methods.end();
  };
  if (is_asked_for(Kind::clvae)) require_samples_for_gaussians(config, experiment);
  if (!is_asked_for(Kind::pca)) return;
  const auto classes = data::inlier_indices(experiment.train.labels, experiment.inlier_classes);
  train::check_pca({experiment.train.values, classes},
                   static_cast<std::int64_t>(experiment.shape.pixels()), config.model.latent_dim);
}

std::vector<double> centres_of(const config::Config& config, std::size_t classes) {
  return networks::class_centres(static_cast<int>(classes), config.model.latent_dim,
                                 config.model.centre_radius);
}

std::vector<double> permuted_centres(const std::vector<double>& centres,
                                     const std::vector<std::int32_t>& permutation) {
  const std::size_t dimension = centres.size() / permutation.size();
  std::vector<double> permuted;
  permuted.reserve(centres.size());
  for (const std::int32_t centre : permutation) {
    const auto begin =
        centres.begin() + static_cast<long>(static_cast<std::size_t>(centre) * dimension);
    permuted.insert(permuted.end(), begin, begin + static_cast<long>(dimension));
  }
  return permuted;
}

store::Contents run_contents(const config::Config& config, const data::Experiment& experiment,
                             const Plan& plan) {
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
  contents.sample_type = experiment.shape.is_vector            ? store::kFeatures
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
    contents.kinds.push_back(kind_layout(kind, members, config, experiment));
  }
  return contents;
}

}  // namespace clvae::run
