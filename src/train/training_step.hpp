#pragma once
/// \file
/// The step of a training: a batch, its loss, the gradients, the optimiser, the sums of losses.

#include <cstdint>
#include <memory>
#include <vector>

#include <torch/types.h>

#include "train/adam.hpp"
#include "train/batches.hpp"
#include "train/context.hpp"
#include "train/lane.hpp"
#include "train/loss_sums.hpp"
#include "train/objective.hpp"

namespace clvae::train {

/// Makes steps of one member after the other, always with the same tensors. Where its lane replays,
/// a step finds batch and rates by a place on the device that it moves on itself, is recorded once
/// for full batches and once for the short one at an epoch's end, and is then one call.
class TrainingStep : public Kit {
 public:
  /// Readies it with the objective's weights as they are, which are another's afterwards. To be
  /// made within the lane. Context and lane must outlive it.
  TrainingStep(const TrainingContext& context, Lane& lane, std::unique_ptr<Objective> objective);

  Objective& objective() { return *objective_; }
  /// Forgets the member before; its weights are the objective's to set.
  void begin_member();

  /// Takes the samples of an epoch in that order.
  /// \param noise of each place in it, on the CPU; undefined where there is none
  /// \param rates of all its steps  \param step that comes next
  void begin_epoch(EpochOrder order, const torch::Tensor& noise, const std::vector<double>& rates,
                   std::int64_t step);
  /// Makes the next step of the epoch. Within the lane.
  void run();
  /// Of the epoch's next.
  std::int64_t step() const { return step_; }

  LossSums& sums() { return sums_; }
  const Adam& adam() const { return adam_; }
  /// That were made with the member. \param steps that had been made when it was kept
  std::int64_t steps_made() const { return steps_made_; }
  void go_on_after(std::int64_t steps) { steps_made_ = steps; }

 private:
  /// What a step works with.
  struct Inputs {
    Batch batch;
    torch::Tensor scalars;  ///< the optimiser's
  };

  std::int64_t count_at(std::int64_t step) const;
  Inputs inputs_on_device(std::int64_t count) const;
  Inputs inputs_at(std::int64_t step) const;
  void make(const Inputs& inputs, std::int64_t count);
  /// A step that needs nothing of the host.
  void make_on_device(std::int64_t count);
  std::unique_ptr<Repeated> recorded(std::int64_t count);

  const TrainingContext& context_;
  Lane& lane_;
  std::unique_ptr<Objective> objective_;
  std::vector<networks::FlatWeights*> weights_;
  Adam adam_;
  LossSums sums_;  ///< of the epoch's steps
  bool is_on_device_;
  EpochOrder order_;       ///< of the epoch; its samples are on the CPU
  torch::Tensor samples_;  ///< the same on the device
  torch::Tensor noise_;
  torch::Tensor scalars_;   ///< of all steps of the epoch, [steps, 2]
  torch::Tensor position_;  ///< place of the next batch and number of its step, [2], int64
  torch::Tensor range_;     ///< 0, 1, ..., [batch], int64
  std::unique_ptr<Repeated> full_step_;   ///< of a whole batch
  std::unique_ptr<Repeated> short_step_;  ///< of the last one; nullptr where that is whole
  std::int64_t step_ = 0;
  std::int64_t steps_made_ = 0;
};

}  // namespace clvae::train
