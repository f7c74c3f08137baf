#include "member_trainer.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "clvae/reduce/gaussians.hpp"
#include "experiment.hpp"

namespace clvae::jobs {

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
          {experiment.train.pixels, train_classes},
          {experiment.validation.pixels, validation_classes},
          {experiment.test.pixels, {}}};
}

void require_finite(const std::vector<float>& values, const char* what) {
  const auto bad = std::find_if_not(values.begin(), values.end(),
                                    [](float value) { return std::isfinite(value); });
  if (bad != values.end()) {
    throw AttemptError(fmt::format("{} holds {}", what, static_cast<double>(*bad)));
  }
}

}  // namespace

MemberTrainer::MemberTrainer(const config::Config& config, const data::Experiment& experiment,
                             const std::vector<plan::Member>& members, comm::DeviceAssignment place,
                             int ranks)
    : members_(members),
      place_(std::move(place)),
      ranks_(ranks),
      latent_dim_(config.model.latent_dim),
      train_classes_(data::inlier_indices(experiment.train.labels, experiment.inlier_classes)),
      class_names_(names_of_classes(experiment.inlier_classes, experiment.class_names)),
      centres_(centres_of(config, experiment.inlier_classes.size())),
      classes_(static_cast<int>(experiment.inlier_classes.size())),
      trainer_(make_trainer(config, experiment, train_classes_, place_.device)) {}

void MemberTrainer::train(const schedule::Task& task, const schedule::TrainerHooks& hooks,
                          store::Writer& writer) {
  const plan::Member& member = members_.at(task.member.value());
  store::MemberProvenance provenance;
  provenance.rank = place_.rank.value();
  provenance.ranks = ranks_;
  provenance.started_at = now();
  provenance.host = place_.host;
  provenance.device = place_.device;

  train::Hooks training_hooks;
  training_hooks.between_batches = hooks.between_batches;
  training_hooks.training_ended = hooks.training_ended;
  training_hooks.after_epoch = [&](const train::EpochReport& report) {
    hooks.after_epoch({report.epoch, report.epochs, report.train_loss, report.validation_loss});
  };
  const train::MemberResult result =
      trainer_.train(plan::attempt_seed(member.seed, task.attempt),
                     permuted_centres(centres_, member.permutation), training_hooks);
  require_usable(result);

  provenance.training_seconds = result.training_seconds;
  provenance.encoding_seconds = result.encoding_seconds;
  store::CommitRecord record;
  record.attempt = task.attempt.value();
  record.epochs_run = static_cast<std::uint32_t>(result.epochs_run);
  record.best_epoch = static_cast<std::uint32_t>(result.best_epoch);
  writer.commit(task.kind, task.member,
                {{slab::kTrainLatents, result.train_latents},
                 {slab::kValidationLatents, result.validation_latents},
                 {slab::kTestLatents, result.test_latents},
                 {slab::kValidationErrors, result.validation_errors},
                 {slab::kTestErrors, result.test_errors},
                 {slab::kLossHistory, result.loss_history},
                 {slab::kEncoderWeights, result.encoder_weights},
                 {slab::kDecoderWeights, result.decoder_weights}},
                record, provenance);
}

void MemberTrainer::require_usable(const train::MemberResult& result) const {
  require_finite(result.validation_latents, "the latents of the validation samples");
  require_finite(result.test_latents, "the latents of the test samples");
  require_finite(result.test_errors, "the reconstruction errors of the test samples");
  try {
    reduce::fit_gaussians(result.train_latents, train_classes_, classes_, latent_dim_);
  } catch (const reduce::DegenerateClusterError& error) {
    const auto label = static_cast<std::size_t>(error.class_index());
    throw AttemptError(
        fmt::format("class {} has collapsed: {}", class_names_.at(label), error.reason()));
  }
}

}  // namespace clvae::jobs
