#pragma once
/// \file
/// One attempt at one encoder with its decoder, from fresh weights to encodings.

#include <functional>
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

  std::string kind;  ///< goals of the same kind in a context have the same loss
  Loss loss;
  std::vector<double> centres;  ///< [K, d], of each class; empty: the loss knows none
};

class AutoencoderObjective;

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
  std::vector<Pass> encoding() override;

 private:
  AutoencoderObjective* objective_ = nullptr;  ///< the lane's
  Encoded train_;
  Encoded validation_;
  Encoded test_;
};

}  // namespace clvae::train
