#include "train/autoencoder_objective.hpp"

#include <torch/utils.h>

#include "core/random.hpp"

namespace clvae::train {

AutoencoderObjective::AutoencoderObjective(const TrainingOptions& options, torch::Device device,
                                           const AutoencoderGoal& goal)
    : options_(options), loss_(goal.loss), network_(options.architecture, device) {
  if (goal.centres.empty()) return;
  const std::int64_t dimension = options.architecture->latent_dim();
  const std::int64_t count = static_cast<std::int64_t>(goal.centres.size()) / dimension;
  if (options.learn_centres) {
    learned_centres_.emplace(std::vector<networks::Parameter>{{"centres", {count, dimension}}},
                             device);
    centres_ = (*learned_centres_)[0];
    if (!device.is_cpu()) {
      numbers_ = torch::arange(count, torch::TensorOptions().device(device).dtype(torch::kInt64));
    }
  } else {
    centres_ = torch::zeros({count, dimension}, torch::TensorOptions().device(device));
  }
}

void AutoencoderObjective::start(Seed seed, const AutoencoderGoal& goal) {
  RandomStream stream(derive_seed(seed, "weights"));
  network_.initialise(stream);
  if (learned_centres_) {
    learned_centres_->from_vector({goal.centres.begin(), goal.centres.end()});
  } else if (centres_.defined()) {
    centres_.copy_(torch::tensor(goal.centres, torch::kFloat32).view(centres_.sizes()));
  }
}

std::vector<networks::FlatWeights*> AutoencoderObjective::weights() {
  std::vector<networks::FlatWeights*> all{&network_.encoder(), &network_.decoder()};
  if (learned_centres_) all.push_back(&*learned_centres_);
  return all;
}

std::vector<torch::Tensor> AutoencoderObjective::loss(const Batch& batch,
                                                      networks::Precision precision) const {
  const torch::Tensor centres = centres_of(batch.classes);
  const networks::Posterior posterior = network_.encode(batch.images, precision);
  const torch::Tensor latents = networks::sample(posterior, batch.noise);
  const torch::Tensor errors = options_.architecture->errors(network_.decode(latents, precision),
                                                             batch.images, options_.loss.error);
  const networks::Loss loss = loss_(posterior, latents, errors, centres);
  return {loss.total, loss.reconstruction, loss.prior};
}

std::vector<torch::Tensor> AutoencoderObjective::encoded(const torch::Tensor& images) const {
  return say_encoded(network_, images, true);
}

std::vector<float> AutoencoderObjective::learned_centres() const {
  return learned_centres_ ? learned_centres_->to_vector() : std::vector<float>();
}

torch::Tensor AutoencoderObjective::centres_of(const torch::Tensor& classes) const {
  if (!centres_.defined()) return {};
  if (!numbers_.defined()) return centres_.index_select(0, classes);
  return networks::rows_by_number(centres_, numbers_, classes);
}

}  // namespace clvae::train
