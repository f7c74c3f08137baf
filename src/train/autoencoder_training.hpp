#pragma once
/// \file
/// One attempt at one encoder with its decoder, from fresh weights to encodings.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "networks/clvae_network.hpp"
#include "networks/losses.hpp"
#include "train/network_training.hpp"

namespace clvae::train {

/// What the training of an autoencoder minimises.
struct AutoencoderGoal {
  /// The loss of a batch. \param latents drawn from the posterior, [n, d]  \param errors of the
  /// decoded values  \param centres of each sample's class, [n, d]; undefined where there are none
  using Loss = std::function<networks::Loss(
      const networks::Posterior& posterior, const torch::Tensor& latents,
      const torch::Tensor& errors, const torch::Tensor& centres)>;

  Loss loss;
  std::vector<double> centres;  ///< [K, d], of each class; empty: the loss knows none
};

/// Trains the networks of one member, and encodes all samples with them: their latents, and the
/// reconstruction errors of those that were not trained on.
class AutoencoderTraining : public NetworkTraining {
 public:
  /// The result depends on options, samples, seed and goal alone (and on the processor kind and the
  /// number of threads). \param context must outlive it  \param state to go on from; may be empty
  /// \throws UsageError where a class has no centre, StateError
  AutoencoderTraining(const TrainingContext& context, Seed seed, const AutoencoderGoal& goal,
                      const std::string& state);
  /// What the member leaves. To be called once, when it is done.
  AutoencoderResult result();

 protected:
  std::vector<networks::FlatWeights*> weights() override;
  std::size_t terms() const override { return kLossTermCount / 2; }
  void begin_epoch(int epoch) override;
  std::vector<torch::Tensor> train_loss(const EpochOrder& order, std::int64_t begin,
                                        std::int64_t count) override;
  std::vector<torch::Tensor> validation_loss(std::int64_t begin, std::int64_t count) override;
  std::vector<Pass> encoding() override;

 private:
  /// Total, reconstruction and prior.
  std::vector<torch::Tensor> loss_of(const torch::Tensor& images, const torch::Tensor& classes,
                                     const torch::Tensor& noise,
                                     networks::Precision precision) const;

  const TrainingContext& context_;
  const TrainingOptions& options_;
  Seed seed_;
  AutoencoderGoal::Loss loss_;
  networks::ClvaeNetwork network_;
  std::optional<networks::FlatWeights> learned_centres_;
  torch::Tensor centres_;           ///< [K, d]; where they are learned, a view of the weights
  torch::Tensor validation_noise_;  ///< the same in every epoch, so that epochs can be compared
  torch::Tensor noise_;             ///< of this epoch's training samples, in its order
  Encoded train_;
  Encoded validation_;
  Encoded test_;
};

}  // namespace clvae::train
