#include "train/autoencoder_training.hpp"

#include "core/random.hpp"
#include "train/encode.hpp"
#include "train/stopwatch.hpp"

namespace clvae::train {

AutoencoderTraining::AutoencoderTraining(const TrainingContext& context, Seed seed,
                                         const std::vector<double>& centres, const Hooks& hooks)
    : context_(context),
      options_(context.options),
      hooks_(hooks),
      seed_(seed),
      network_(options_.architecture, context.device),
      centres_(torch::tensor(centres, torch::kFloat32)
                   .view({-1, options_.architecture.latent_dim})
                   .to(context.device)),
      validation_noise_(random_noise(derive_seed(seed, "validation_noise"),
                                     context.validation.size(), options_.architecture.latent_dim,
                                     context.device)) {
  RandomStream stream(derive_seed(seed, "weights"));
  network_.initialise(stream);
  if (options_.learn_centres && !is_plain()) {
    learned_centres_.emplace(std::vector<networks::Parameter>{{"centres", centres_.sizes().vec()}},
                             context.device);
    learned_centres_->from_vector({centres.begin(), centres.end()});
    centres_ = (*learned_centres_)[0];
  }
}

AutoencoderResult AutoencoderTraining::run() {
  AutoencoderResult result;
  EpochsResult trained = run_epochs(context_, seed_, *this, hooks_);
  static_cast<TrainingRecord&>(result) = std::move(trained.record);
  if (hooks_.training_ended) hooks_.training_ended();
  const Stopwatch watch;
  result.encoder_weights = network_.encoder().to_vector();
  result.decoder_weights = network_.decoder().to_vector();
  if (learned_centres_) result.learned_centres = learned_centres_->to_vector();
  encode_all(encoding_hook(hooks_, std::move(trained.final_state)), result);
  result.encoding_seconds = watch.seconds();
  return result;
}

std::vector<networks::FlatWeights*> AutoencoderTraining::weights() {
  std::vector<networks::FlatWeights*> all{&network_.encoder(), &network_.decoder()};
  if (learned_centres_) all.push_back(&*learned_centres_);
  return all;
}

void AutoencoderTraining::begin_epoch(int epoch) {
  noise_ = random_noise(derive_seed(seed_, "noise", {static_cast<std::uint64_t>(epoch)}),
                        context_.train.size(), options_.architecture.latent_dim, context_.device);
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
  const networks::Posterior posterior = network_.encode(images, precision);
  const torch::Tensor latents = networks::sample(posterior, noise);
  const torch::Tensor logits = network_.decode(latents, precision);
  const networks::Loss loss =
      is_plain() ? networks::vae_loss(posterior, logits, images, options_.loss)
                 : networks::clvae_loss(posterior, latents, logits, images,
                                        centres_.index_select(0, classes), options_.loss);
  return {loss.total, loss.reconstruction, loss.prior};
}

void AutoencoderTraining::encode_all(const std::function<void()>& between_batches,
                                     AutoencoderResult& result) const {
  result.train_latents = encode(network_, context_.train, false, between_batches).latents;
  Encoded validation = encode(network_, context_.validation, true, between_batches);
  result.validation_latents = std::move(validation.latents);
  result.validation_errors = std::move(validation.errors);
  Encoded test = encode(network_, context_.test, true, between_batches);
  result.test_latents = std::move(test.latents);
  result.test_errors = std::move(test.errors);
}

}  // namespace clvae::train
