#pragma once
/// \file
/// One attempt at one CL-VAE or plain VAE, from fresh weights to encodings.

#include <optional>
#include <vector>

#include "networks/clvae_network.hpp"
#include "networks/losses.hpp"
#include "train/epochs.hpp"

namespace clvae::train {

/// Trains the networks of one member. `context` and `hooks` must outlive it.
class AutoencoderTraining : public Objective {
 public:
  /// \param centres [K, d]; empty: a plain VAE
  AutoencoderTraining(const TrainingContext& context, Seed seed, const std::vector<double>& centres,
                      const Hooks& hooks);
  /// \throws AttemptError where a loss is not finite
  AutoencoderResult run();

  std::vector<networks::FlatWeights*> weights() override;
  std::size_t terms() const override { return kLossTermCount / 2; }
  void begin_epoch(int epoch) override;
  std::vector<torch::Tensor> train_loss(const EpochOrder& order, std::int64_t begin,
                                        std::int64_t count) override;
  std::vector<torch::Tensor> validation_loss(std::int64_t begin, std::int64_t count) override;

 private:
  bool is_plain() const { return centres_.numel() == 0; }
  /// Total, reconstruction and prior.
  std::vector<torch::Tensor> loss_of(const torch::Tensor& images, const torch::Tensor& classes,
                                     const torch::Tensor& noise,
                                     networks::Precision precision) const;
  void encode_all(const std::function<void()>& between_batches, AutoencoderResult& result) const;

  const TrainingContext& context_;
  const TrainingOptions& options_;
  const Hooks& hooks_;
  Seed seed_;
  networks::ClvaeNetwork network_;
  std::optional<networks::FlatWeights> learned_centres_;
  torch::Tensor centres_;           ///< [K, d]; where they are learned, a view of the weights
  torch::Tensor validation_noise_;  ///< the same in every epoch, so that epochs can be compared
  torch::Tensor noise_;             ///< of this epoch's training samples, in its order
};

}  // namespace clvae::train
