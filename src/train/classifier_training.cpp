#include "train/classifier_training.hpp"

#include "core/random.hpp"
#include "train/encode.hpp"
#include "train/stopwatch.hpp"

namespace clvae::train {

ClassifierTraining::ClassifierTraining(const TrainingContext& context, Seed seed,
                                       const Hooks& hooks)
    : context_(context),
      hooks_(hooks),
      seed_(seed),
      network_(context.options.architecture, context.classes, context.device) {
  RandomStream stream(derive_seed(seed, "weights"));
  network_.initialise(stream);
}

ClassifierResult ClassifierTraining::run() {
  ClassifierResult result;
  EpochsResult trained = run_epochs(context_, seed_, *this, hooks_);
  static_cast<TrainingRecord&>(result) = std::move(trained.record);
  if (hooks_.training_ended) hooks_.training_ended();
  const Stopwatch watch;
  result.encoder_weights = network_.features().to_vector();
  result.head_weights = network_.head().to_vector();
  const auto between_batches = encoding_hook(hooks_, std::move(trained.final_state));
  result.validation_log_probabilities =
      log_probabilities(network_, context_.validation, between_batches);
  result.test_log_probabilities = log_probabilities(network_, context_.test, between_batches);
  result.encoding_seconds = watch.seconds();
  return result;
}

std::vector<networks::FlatWeights*> ClassifierTraining::weights() {
  return {&network_.features(), &network_.head()};
}

std::vector<torch::Tensor> ClassifierTraining::train_loss(const EpochOrder& order,
                                                          std::int64_t begin, std::int64_t count) {
  return loss_of(context_.train.images(order, begin, count),
                 context_.train.classes().index_select(0, order.samples.narrow(0, begin, count)),
                 context_.options.precision);
}

std::vector<torch::Tensor> ClassifierTraining::validation_loss(std::int64_t begin,
                                                               std::int64_t count) {
  return loss_of(context_.validation.images(begin, count),
                 context_.validation.classes().narrow(0, begin, count),
                 networks::Precision::float32);
}

std::vector<torch::Tensor> ClassifierTraining::loss_of(const torch::Tensor& images,
                                                       const torch::Tensor& classes,
                                                       networks::Precision precision) const {
  const torch::Tensor logits = network_.logits(images, precision);
  const torch::Tensor correct = logits.detach().argmax(1).eq(classes);
  return {at::cross_entropy_loss(logits, classes), correct.to(torch::kFloat32).mean()};
}

}  // namespace clvae::train
