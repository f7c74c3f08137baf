#include "train/classifier_training.hpp"

#include <utility>

#include "core/random.hpp"

namespace clvae::train {

ClassifierTraining::ClassifierTraining(const TrainingContext& context, Seed seed,
                                       const std::string& state)
    : context_(context), network_(context.options.architecture, context.classes, context.device) {
  RandomStream stream(derive_seed(seed, "weights"));
  network_.initialise(stream);
  begin(context, seed, state);
}

ClassifierResult ClassifierTraining::result() {
  ClassifierResult result;
  static_cast<TrainingRecord&>(result) = record();
  result.encoder_weights = network_.features().to_vector();
  result.head_weights = network_.head().to_vector();
  result.validation_log_probabilities = std::move(validation_);
  result.test_log_probabilities = std::move(test_);
  return result;
}

std::vector<Pass> ClassifierTraining::encoding() {
  return {probability_pass(network_, context_.validation, validation_),
          probability_pass(network_, context_.test, test_)};
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
