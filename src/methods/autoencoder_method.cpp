#include "methods/autoencoder_method.hpp"

#include <algorithm>
#include <utility>

#include "methods/centres.hpp"
#include "methods/datasets.hpp"
#include "methods/network_cost.hpp"
#include "methods/options.hpp"
#include "store/slabs.hpp"
#include "train/context.hpp"
#include "train/trained_networks.hpp"

namespace clvae::methods {

namespace {

Trained left_by_autoencoder(train::AutoencoderResult result) {
  Trained trained;
  trained.record = static_cast<train::TrainingRecord&>(result);
  auto& values = trained.values;
  values.emplace_back(slab::kTrainLatents, std::move(result.train_latents));
  values.emplace_back(slab::kValidationLatents, std::move(result.validation_latents));
  values.emplace_back(slab::kTestLatents, std::move(result.test_latents));
  values.emplace_back(slab::kValidationErrors, std::move(result.validation_errors));
  values.emplace_back(slab::kTestErrors, std::move(result.test_errors));
  values.emplace_back(slab::kLossHistory, std::move(result.loss_history));
  values.emplace_back(slab::kEncoderWeights, std::move(result.encoder_weights));
  values.emplace_back(slab::kDecoderWeights, std::move(result.decoder_weights));
  if (!result.learned_centres.empty()) {
    values.emplace_back(slab::kLearnedCentres, std::move(result.learned_centres));
  }
  return trained;
}

void drop_train_latents(Trained& trained) {
  auto& values = trained.values;
  values.erase(std::remove_if(values.begin(), values.end(),
                              [](const auto& named) { return named.first == slab::kTrainLatents; }),
               values.end());
}

}  // namespace

std::vector<store::MemberDataset> AutoencoderMethod::datasets(const Setting& setting) const {
  const data::Experiment& experiment = setting.experiment;
  const networks::ArchitecturePtr architecture = architecture_of(setting);
  const Extents extents(setting);
  std::vector<store::MemberDataset> datasets;
  if (setting.config.store.train_latents) {
    datasets = {latents(slab::kTrainLatents, experiment.train.size(), extents, "training")};
  } else {
    datasets = in_place_of_latents(setting);
  }
  const std::vector<store::MemberDataset> others = {
      latents(slab::kValidationLatents, experiment.validation.size(), extents, "validation"),
      latents(slab::kTestLatents, experiment.test.size(), extents, "test"),
      errors(slab::kValidationErrors, experiment.validation.size(), extents, "validation"),
      errors(slab::kTestErrors, experiment.test.size(), extents, "test"),
      loss_history(extents, train::kLossTerms),
      weights(slab::kEncoderWeights, architecture->encoder_layout(), "encoder"),
      weights(slab::kDecoderWeights, architecture->decoder_layout(), "decoder")};
  datasets.insert(datasets.end(), others.begin(), others.end());
  return datasets;
}

std::int64_t AutoencoderMethod::parameters(const Setting& setting) const {
  const networks::ArchitecturePtr architecture = architecture_of(setting);
  return networks::parameters_in(architecture->encoder_layout()) +
         networks::parameters_in(architecture->decoder_layout());
}

double AutoencoderMethod::flops(const Setting& setting) const {
  return epochs_flops(setting, flops_of_sample(setting));
}

double AutoencoderMethod::flops_of_sample(const Setting& setting) const {
  return architecture_of(setting)->training_flops();
}

double AutoencoderMethod::memory(const Setting& setting) const {
  constexpr double kHalves = 2;
  return network_memory(setting, kHalves);
}

Pace AutoencoderMethod::measure_pace(const Setting& setting, const std::string& device,
                                     double seconds) const {
  const train::TrainingOptions options =
      training_options(setting.config, setting.experiment.shape, device);
  std::vector<double> centres;
  if (has_centres()) {
    centres.resize(static_cast<std::size_t>(setting.classes()) *
                   static_cast<std::size_t>(options.architecture->latent_dim()));
  }
  const std::vector<std::int32_t> classes = training_classes(setting);
  return network_pace(
      setting, train::autoencoder_throughput(options, {setting.experiment.train.values, classes},
                                             goal(options.loss, std::move(centres)), seconds,
                                             lanes_on(setting.config, device)));
}

std::unique_ptr<Training> AutoencoderMethod::begin(const Bench& bench, const Member& member,
                                                   Seed seed, const std::string& state) const {
  std::vector<double> centres;
  if (has_centres()) centres = permuted_centres(bench.centres(), member.permutation);
  return training_of(
      std::make_unique<train::AutoencoderTraining>(
          bench.context(), seed, goal(bench.context().options.loss, std::move(centres)), state),
      left_by_autoencoder, [this, setting = bench.setting()](Trained& trained) {
        settle(setting, trained);
        if (!setting.config.store.train_latents) drop_train_latents(trained);
      });
}

Statements AutoencoderMethod::statements(const TrainedMember& member, const Values& samples) const {
  train::Encoded encoded =
      train::encoded_by(member.architecture, member.left(slab::kEncoderWeights),
                        member.left(slab::kDecoderWeights), samples, member.device);
  return {{reduce::Quantity::latents, std::move(encoded.latents)},
          {reduce::Quantity::reconstruction_errors, std::move(encoded.errors)}};
}

}  // namespace clvae::methods
