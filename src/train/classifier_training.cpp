#include "train/classifier_training.hpp"

#include <utility>

#include "core/random.hpp"

namespace clvae::train {

/// A classifier, and its loss.
class ClassifierObjective : public Objective {
 public:
  explicit ClassifierObjective(const TrainingContext& context)
      : network_(context.options.architecture, context.classes, context.device) {}

  void start(Seed seed) {
    RandomStream stream(derive_seed(seed, "weights"));
    network_.initialise(stream);
  }

  std::vector<networks::FlatWeights*> weights() override {
    return {&network_.features(), &network_.head()};
  }
  std::size_t terms() const override { return kClassifierTermCount / 2; }
  std::int64_t noise_columns() const override { return 0; }

  /// Cross-entropy and accuracy.
  std::vector<torch::Tensor> loss(const Batch& batch,
                                  networks::Precision precision) const override {
    const torch::Tensor logits = network_.logits(batch.images, precision);
    const torch::Tensor correct = logits.detach().argmax(1).eq(batch.classes);
    return {at::cross_entropy_loss(logits, batch.classes), correct.to(torch::kFloat32).mean()};
  }

  std::vector<torch::Tensor> encoded(const torch::Tensor& images) const override {
    return {torch::log_softmax(network_.logits(images), 1)};
  }

  const networks::ClassifierNetwork& network() const { return network_; }

 private:
  networks::ClassifierNetwork network_;
};

ClassifierTraining::ClassifierTraining(const TrainingContext& context, Seed seed,
                                       const std::string& state)
    : NetworkTraining(context) {
  const auto make = [&] { return std::make_unique<ClassifierObjective>(context); };
  const auto start = [&](Objective& objective) {
    objective_ = static_cast<ClassifierObjective*>(&objective);
    objective_->start(seed);
  };
  begin(seed, state, "classifier", make, start);
}

ClassifierResult ClassifierTraining::result() {
  ClassifierResult result;
  static_cast<TrainingRecord&>(result) = record();
  lane().within([&] {
    result.encoder_weights = objective_->network().features().to_vector();
    result.head_weights = objective_->network().head().to_vector();
  });
  result.validation_log_probabilities = std::move(validation_);
  result.test_log_probabilities = std::move(test_);
  return result;
}

std::vector<Pass> ClassifierTraining::encoding() {
  std::vector<Pass> passes;
  passes.push_back(probability_pass(objective_->network(), context().validation, validation_));
  passes.push_back(probability_pass(objective_->network(), context().test, test_));
  return passes;
}

}  // namespace clvae::train
