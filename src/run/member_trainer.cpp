#include "run/member_trainer.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "embed/trained_run.hpp"

namespace clvae::run {

namespace {

std::int64_t now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(since).count();
}

train::Trainer make_trainer(const config::Config& config, const data::Experiment& experiment,
                            const std::vector<std::int32_t>& train_classes,
                            const std::string& device) {
  const std::vector<std::int32_t> validation_classes =
      data::inlier_indices(experiment.validation.labels, experiment.inlier_classes);
  return {training_options(config, experiment.shape, device),
          {experiment.train.values, train_classes},
          {experiment.validation.values, validation_classes},
          {experiment.test.values, {}}};
}

train::Hooks training_hooks(const schedule::TrainerHooks& hooks) {
  train::Hooks translated;
  translated.between_batches = hooks.between_batches;
  translated.training_ended = hooks.training_ended;
  translated.is_stopping = hooks.is_stopping;
  translated.after_epoch = [&hooks](const train::EpochReport& report) {
    hooks.after_epoch({report.epoch, report.epochs, report.train_loss, report.validation_loss});
  };
  return translated;
}

}  // namespace

MemberTrainer::MemberTrainer(const config::Config& config, const data::Experiment& experiment,
                             const Plan& plan, comm::DeviceAssignment place, int ranks,
                             Checkpointing checkpointing)
    : experiment_(experiment),
      plan_(plan),
      place_(std::move(place)),
      ranks_(ranks),
      latent_dim_(config.model.latent_dim),
      keeps_train_latents_(config.store.train_latents),
      train_classes_(data::inlier_indices(experiment.train.labels, experiment.inlier_classes)),
      class_names_(embed::names_of_classes(experiment.inlier_classes, experiment.class_names)),
      centres_(centres_of(config, experiment.inlier_classes.size())),
      classes_(static_cast<int>(experiment.inlier_classes.size())),
      trainer_(make_trainer(config, experiment, train_classes_, place_.device)),
      checkpointing_(std::move(checkpointing)) {}

void MemberTrainer::train(const schedule::Task& task, const schedule::TrainerHooks& hooks,
                          store::Writer& writer) {
  store::MemberProvenance provenance;
  provenance.rank = place_.rank.value();
  provenance.ranks = ranks_;
  provenance.started_at = now();
  provenance.host = place_.host;
  // The PCA is computed on the processor, whatever else there is.
  provenance.device = task.kind == Kind::pca ? "cpu" : place_.device;

  const Trained trained = train_on(task, training_hooks(hooks));

  provenance.training_seconds = trained.record.training_seconds;
  provenance.encoding_seconds = trained.record.encoding_seconds;
  store::CommitRecord record;
  record.attempt = task.attempt.value();
  record.epochs_run = static_cast<std::uint32_t>(trained.record.epochs_run);
  record.best_epoch = static_cast<std::uint32_t>(trained.record.best_epoch);
  std::vector<store::Slab> slabs;
  for (const auto& [name, values] : trained.values) slabs.push_back({name, values});
  for (const auto& [name, values] : trained.exact_values) slabs.push_back({name, values});
  writer.commit(task.kind, task.member, slabs, record, provenance);
  checkpointing_.remove(task);
}

MemberTrainer::Trained MemberTrainer::train_on(const schedule::Task& task, train::Hooks hooks) {
  checkpointing_.prepare(task, hooks);
  try {
    Trained trained;
    try {
      trained = train(task, hooks);
    } catch (const train::StateError& error) {
      warn_on_this_rank(fmt::format("{} member {}: {}; it is trained from the start",
                                    name_of(task.kind), task.member.value(), error.what()));
      hooks.state.clear();
      trained = train(task, hooks);
    }
    require_finite(trained);
    settle_train_latents(trained, task.kind);
    return trained;
  } catch (const AttemptError&) {
    checkpointing_.remove(task);  // the next attempt begins anew
    throw;
  }
}

MemberTrainer::Trained MemberTrainer::train(const schedule::Task& task, const train::Hooks& hooks) {
  const plan::Member& member = plan_.at(task.kind).at(task.member.value());
  const Seed seed = plan::attempt_seed(member.seed, task.attempt);
  switch (task.kind) {
    case Kind::clvae:
      return of(trainer_.train_clvae(seed, permuted_centres(centres_, member.permutation), hooks));
    case Kind::vae:
      return of(trainer_.train_vae(seed, hooks));
    case Kind::cnn:
      return of(trainer_.train_cnn(seed, hooks));
    case Kind::pca:
      break;
  }
  return of(train::train_pca({experiment_.train.values, train_classes_},
                             {experiment_.validation.values, {}}, {experiment_.test.values, {}},
                             static_cast<std::int64_t>(experiment_.shape.pixels()), latent_dim_,
                             hooks));
}

MemberTrainer::Trained MemberTrainer::of(train::AutoencoderResult result) {
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

MemberTrainer::Trained MemberTrainer::of(train::ClassifierResult result) {
  Trained trained;
  trained.record = static_cast<train::TrainingRecord&>(result);
  auto& values = trained.values;
  values.emplace_back(slab::kValidationLogProbabilities,
                      std::move(result.validation_log_probabilities));
  values.emplace_back(slab::kTestLogProbabilities, std::move(result.test_log_probabilities));
  values.emplace_back(slab::kLossHistory, std::move(result.loss_history));
  values.emplace_back(slab::kEncoderWeights, std::move(result.encoder_weights));
  values.emplace_back(slab::kHeadWeights, std::move(result.head_weights));
  return trained;
}

MemberTrainer::Trained MemberTrainer::of(train::PcaResult result) {
  Trained trained;
  trained.record.training_seconds = result.training_seconds;
  trained.record.encoding_seconds = result.encoding_seconds;
  auto& values = trained.values;
  values.emplace_back(slab::kValidationLogLikelihoods,
                      std::move(result.validation_log_likelihoods));
  values.emplace_back(slab::kTestLogLikelihoods, std::move(result.test_log_likelihoods));
  values.emplace_back(slab::kPcaMeans, std::move(result.means));
  values.emplace_back(slab::kPcaComponents, std::move(result.components));
  values.emplace_back(slab::kPcaExplainedVariances, std::move(result.explained_variances));
  values.emplace_back(slab::kPcaNoiseVariances, std::move(result.noise_variances));
  return trained;
}

void MemberTrainer::require_finite(const Trained& trained) {
  for (const auto& [name, values] : trained.values) {
    if (name == slab::kLossHistory) continue;  // NaN stands there for epochs not run
    const auto bad = std::find_if_not(values.begin(), values.end(),
                                      [](float value) { return std::isfinite(value); });
    if (bad != values.end()) {
      throw AttemptError(fmt::format("{} holds {}", name, static_cast<double>(*bad)));
    }
  }
}

void MemberTrainer::settle_train_latents(Trained& trained, Kind kind) const {
  auto& values = trained.values;
  const auto latents = std::find_if(values.begin(), values.end(), [](const auto& named) {
    return named.first == slab::kTrainLatents;
  });
  if (latents == values.end()) return;
  if (has_centres(kind)) {
    reduce::ClassStatistics statistics = statistics_of(latents->second);
    if (!keeps_train_latents_) {
      trained.exact_values.emplace_back(slab::kClassMeans, std::move(statistics.means));
      trained.exact_values.emplace_back(slab::kClassCovariances, std::move(statistics.covariances));
    }
  }
  if (!keeps_train_latents_) values.erase(latents);
}

reduce::ClassStatistics MemberTrainer::statistics_of(
    const std::vector<float>& train_latents) const {
  try {
    const auto statistics =
        reduce::class_statistics(train_latents, train_classes_, classes_, latent_dim_);
    reduce::gaussians_of(statistics);  // the reduction must be able to
    return statistics;
  } catch (const reduce::DegenerateClusterError& error) {
    const auto label = static_cast<std::size_t>(error.class_index());
    throw AttemptError(
        fmt::format("class {} has collapsed: {}", class_names_.at(label), error.reason()));
  }
}

}  // namespace clvae::run
