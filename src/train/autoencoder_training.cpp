#include "train/autoencoder_training.hpp"

#include <utility>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "train/autoencoder_objective.hpp"

namespace clvae::train {

namespace {

/// \throws UsageError unless every class has a centre, or none is wanted
void check(const AutoencoderGoal& goal, const TrainingContext& context) {
  const int dimension = context.options.architecture->latent_dim();
  const std::size_t needed =
      static_cast<std::size_t>(context.classes) * static_cast<std::size_t>(dimension);
  if (goal.centres.empty() || goal.centres.size() >= needed) return;
  throw UsageError(fmt::format("{} coordinates of centres given for {} classes in {} dimensions",
                               goal.centres.size(), context.classes, dimension));
}

}  // namespace

AutoencoderTraining::AutoencoderTraining(const TrainingContext& context, Seed seed,
                                         const AutoencoderGoal& goal, const std::string& state)
    : NetworkTraining(context) {
  check(goal, context);
  const auto make = [&] {
    return std::make_unique<AutoencoderObjective>(context.options, context.device, goal);
  };
  const auto start = [&](Objective& objective) {
    objective_ = static_cast<AutoencoderObjective*>(&objective);
    objective_->start(seed, goal);
  };
  begin(seed, state, fmt::format("{} with {} numbers of centres", goal.kind, goal.centres.size()),
        make, start);
}

AutoencoderResult AutoencoderTraining::result() {
  AutoencoderResult result;
  static_cast<TrainingRecord&>(result) = record();
  lane().within([&] {
    result.encoder_weights = objective_->network().encoder().to_vector();
    result.decoder_weights = objective_->network().decoder().to_vector();
    result.learned_centres = objective_->learned_centres();
  });
  result.train_latents = std::move(train_.latents);
  result.validation_latents = std::move(validation_.latents);
  result.validation_errors = std::move(validation_.errors);
  result.test_latents = std::move(test_.latents);
  result.test_errors = std::move(test_.errors);
  return result;
}

std::vector<Pass> AutoencoderTraining::encoding() {
  const networks::ClvaeNetwork& network = objective_->network();
  std::vector<Pass> passes;
  passes.push_back(encoding_pass(network, context().train, false, train_));
  passes.push_back(encoding_pass(network, context().validation, true, validation_));
  passes.push_back(encoding_pass(network, context().test, true, test_));
  return passes;
}

}  // namespace clvae::train
