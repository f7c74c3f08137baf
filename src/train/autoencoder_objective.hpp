#pragma once
/// \file
/// The networks of a CL-VAE or VAE, and their loss.

#include <optional>
#include <vector>

#include "networks/clvae_network.hpp"
#include "train/autoencoder_training.hpp"
#include "train/objective.hpp"

namespace clvae::train {

/// An encoder and its decoder, with the centres of the classes where the loss knows any.
class AutoencoderObjective : public Objective {
 public:
  /// \param goal of a member; others of its kind differ in the centres alone
  AutoencoderObjective(const TrainingOptions& options, torch::Device device,
                       const AutoencoderGoal& goal);

  /// Gives the networks a member's first weights and centres.
  void start(Seed seed, const AutoencoderGoal& goal);

  std::vector<networks::FlatWeights*> weights() override;
  std::size_t terms() const override { return kLossTermCount / 2; }
  std::int64_t noise_columns() const override { return options_.architecture->latent_dim(); }
  /// Total, reconstruction and prior.
  std::vector<torch::Tensor> loss(const Batch& batch, networks::Precision precision) const override;
  std::vector<torch::Tensor> encoded(const torch::Tensor& images) const override;

  const networks::ClvaeNetwork& network() const { return network_; }
  /// Empty where they are not learned.
  std::vector<float> learned_centres() const;

 private:
  torch::Tensor centres_of(const torch::Tensor& classes) const;

  const TrainingOptions& options_;
  AutoencoderGoal::Loss loss_;
  networks::ClvaeNetwork network_;
  std::optional<networks::FlatWeights> learned_centres_;
  torch::Tensor centres_;  ///< [K, d]; where they are learned, a view of the weights
  torch::Tensor numbers_;  ///< 0, 1, ..., K-1 on a GPU; undefined elsewhere
};

}  // namespace clvae::train
