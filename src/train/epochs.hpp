#pragma once
/// \file
/// Training one network from epoch to epoch, whatever its loss.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <torch/types.h>

#include "train/context.hpp"
#include "train/early_stopping.hpp"
#include "train/lane.hpp"
#include "train/loss_sums.hpp"
#include "train/stopwatch.hpp"
#include "train/training_state.hpp"
#include "train/training_step.hpp"

namespace clvae::train {

/// Trains a member, a batch at a time, until the epochs or the patience end. To be made and used
/// within the lane.
class Epochs {
 public:
  /// Context, lane and step must outlive it. \param step with the member's first weights
  /// \param state of `state()`; empty: from the start
  /// \throws StateError where it can't go on from that
  Epochs(const TrainingContext& context, Lane& lane, Seed seed, TrainingStep& step,
         const std::string& state);

  bool is_left() const { return epoch_ < options_.epochs && !stopping_.should_stop(); }
  /// Trains on a batch, validates one, or ends an epoch; in a lane that replays, asks for as many
  /// batches as it wants, or for none while losses are on their way. \pre is_left()
  /// \throws AttemptError where a loss is not finite
  Piece advance();
  /// Puts the best epoch's weights back. To be called once, when nothing is left.
  /// \return how it went
  TrainingRecord finish();

  int ended() const { return epoch_; }
  std::int64_t steps_made() const { return step_.steps_made(); }
  const EpochReport& last() const { return last_; }
  /// What it can go on from, at any batch; after `finish` from its end. Waits for the device.
  std::string state() const;

 private:
  void begin_epoch();
  void train_batches();
  void begin_validation();
  void validate_batches();
  void validate_batch();
  /// Takes mean losses that have come to the host. \return whether all have
  bool take_losses();
  void end_epoch();
  void note(const std::vector<double>& losses);
  void keep_weights();
  void go_on_from(const TrainingState& state);
  double seconds() const { return ended_after_.value_or(seconds_before_ + watch_.seconds()); }

  const TrainingContext& context_;
  const TrainingOptions& options_;
  Lane& lane_;
  Seed seed_;
  TrainingStep& step_;
  std::vector<networks::FlatWeights*> weights_;
  std::vector<torch::Tensor> best_weights_;  ///< on the device; empty before the first epoch ends
  EarlyStopping stopping_;
  int epoch_ = 0;
  std::int64_t steps_before_ = 0;  ///< of the epoch, made before an interruption
  bool is_in_epoch_ = false;
  std::unique_ptr<Reading> training_;  ///< sums of the epoch's losses, once all steps are made
  std::vector<double> trained_;        ///< their means, once they have come
  torch::Tensor validation_noise_;     ///< the same in every epoch, so that they can be compared
  LossSums validation_sums_;
  std::unique_ptr<Reading> validation_;  ///< these sums, once all is validated
  std::int64_t validated_ = 0;           ///< samples
  EpochReport last_;
  TrainingRecord record_;
  std::size_t noted_ = 0;  ///< values of the loss history
  Stopwatch watch_;
  double seconds_before_ = 0;          ///< trained before an interruption
  std::optional<double> ended_after_;  ///< seconds of the whole training
};

}  // namespace clvae::train
