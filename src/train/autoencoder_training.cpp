#include "train/autoencoder_training.hpp"

#include <utility>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/random.hpp"

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
    : context_(context),
      options_(context.options),
      seed_(seed),
      loss_(goal.loss),
      network_(options_.architecture, context.device),
      validation_noise_(random_noise(derive_seed(seed, "validation_noise"),
                                     context.validation.size(), options_.architecture->latent_dim(),
                                     context.device)) {
  check(goal, context);
  RandomStream stream(derive_seed(seed, "weights"));
  network_.initialise(stream);
  if (!goal.centres.empty()) {
    centres_ = torch::tensor(goal.centres, torch::kFloat32)
                   .view({-1, options_.architecture->latent_dim()})
                   .to(context.device);
    if (options_.learn_centres) {
      learned_centres_.emplace(
          std::vector<networks::Parameter>{{"centres", centres_.sizes().vec()}}, context.device);
      learned_centres_->from_vector({goal.centres.begin(), goal.centres.end()});
      centres_ = (*learned_centres_)[0];
    }
  }
  begin(context, seed, state);
}

AutoencoderResult AutoencoderTraining::result() {
  AutoencoderResult result;
  static_cast<TrainingRecord&>(result) = record();
  result.encoder_weights = network_.encoder().to_vector();
  result.decoder_weights = network_.decoder().to_vector();
  if (learned_centres_) result.learned_centres = learned_centres_->to_vector();
  result.train_latents = std::move(train_.latents);
  result.validation_latents = std::move(validation_.latents);
  result.validation_errors = std::move(validation_.errors);
  result.test_latents = std::move(test_.latents);
  result.test_errors = std::move(test_.errors);
  return result;
}

std::vector<networks::FlatWeights*> AutoencoderTraining::weights() {
  std::vector<networks::FlatWeights*> all{&network_.encoder(), &network_.decoder()};
  if (learned_centres_) all.push_back(&*learned_centres_);
  return all;
}

void AutoencoderTraining::begin_epoch(int epoch) {
  noise_ =
      random_noise(derive_seed(seed_, "noise", {static_cast<std::uint64_t>(epoch)}),
                   context_.train.size(), options_.architecture->latent_dim(), context_.device);
}

std::vector<torch::Tensor> AutoencoderTraining::train_loss(const EpochOrder& order,
                                                           std::int64_t begin, std::int64_t count) {
  return loss_of(context_.train.images(order, begin, count),
                 context_.train.classes().index_select(0, order.samples.narrow(0, begin, count)),
                 noise_.narrow(0, begin, count), options_.precision);
}

std::vector<torch::Tensor> AutoencoderTraining::validation_loss(std::int64_t begin,
                                                                std::int64_t count) {
  return loss_of(context_.validation.images(begin, count),
                 context_.validation.classes().narrow(0, begin, count),
                 validation_noise_.narrow(0, begin, count), networks::Precision::float32);
}

std::vector<torch::Tensor> AutoencoderTraining::loss_of(const torch::Tensor& images,
                                                        const torch::Tensor& classes,
                                                        const torch::Tensor& noise,
                                                        networks::Precision precision) const {
  const torch::Tensor centres =
      centres_.defined() ? centres_.index_select(0, classes) : torch::Tensor();
  const networks::Posterior posterior = network_.encode(images, precision);
  const torch::Tensor latents = networks::sample(posterior, noise);
  const torch::Tensor errors = options_.architecture->errors(network_.decode(latents, precision),
                                                             images, options_.loss.error);
  const networks::Loss loss = loss_(posterior, latents, errors, centres);
  return {loss.total, loss.reconstruction, loss.prior};
}

std::vector<Pass> AutoencoderTraining::encoding() {
  return {encoding_pass(network_, context_.train, false, train_),
          encoding_pass(network_, context_.validation, true, validation_),
          encoding_pass(network_, context_.test, true, test_)};
}

}  // namespace clvae::train
