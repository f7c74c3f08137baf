#pragma once
/// \file
/// Training one network from epoch to epoch, whatever its loss.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <torch/types.h>

#include "networks/flat_weights.hpp"
#include "train/context.hpp"
#include "train/early_stopping.hpp"
#include "train/stopwatch.hpp"
#include "train/training_state.hpp"

namespace clvae::train {

/// A network and its loss, as the epochs see them.
class Objective {
 public:
  Objective() = default;
  virtual ~Objective() = default;
  Objective(const Objective&) = delete;
  Objective& operator=(const Objective&) = delete;

  /// What the optimiser updates; always in the same order.
  virtual std::vector<networks::FlatWeights*> weights() = 0;
  /// How many terms a loss has.
  virtual std::size_t terms() const = 0;
  /// Called before the batches of each epoch.
  virtual void begin_epoch(int epoch) = 0;
  /// What is minimised and then its other terms, each the mean over the batch; scalars.
  /// \param order of the epoch  \param begin place of the batch's first sample in it
  virtual std::vector<torch::Tensor> train_loss(const EpochOrder& order, std::int64_t begin,
                                                std::int64_t count) = 0;
  /// The same of validation samples.
  virtual std::vector<torch::Tensor> validation_loss(std::int64_t begin, std::int64_t count) = 0;
};

/// Losses summed over samples on the device, so that an epoch needs only one transfer to the host.
class LossSums {
 public:
  LossSums(std::size_t terms, torch::Device device);
  void add(const std::vector<torch::Tensor>& terms, std::int64_t samples);
  /// Puts sums back that were taken out before.
  void set(const std::vector<double>& sums, std::int64_t samples);
  std::vector<double> sums() const;
  std::int64_t samples() const { return samples_; }
  /// All NaN where there were no samples.
  std::vector<double> means() const;

 private:
  torch::Tensor sums_;
  std::int64_t samples_ = 0;
};

/// Trains an objective's weights, a batch at a time, until the epochs or the patience end.
class Epochs {
 public:
  /// Context and objective must outlive it. \param state of `state()`; empty: from the start
  /// \throws StateError where it can't go on from that
  Epochs(const TrainingContext& context, Seed seed, Objective& objective, const std::string& state);

  bool is_left() const { return epoch_ < options_.epochs && !stopping_.should_stop(); }
  /// Trains on a batch, validates one, or ends an epoch. \pre is_left()
  /// \throws AttemptError where a loss is not finite
  Piece advance();
  /// Puts the best epoch's weights back. To be called once, when nothing is left.
  /// \return how it went
  TrainingRecord finish();

  int ended() const { return epoch_; }
  const EpochReport& last() const { return last_; }
  /// What it can go on from, at any batch; after `finish` from its end.
  std::string state() const;

 private:
  void begin_epoch();
  void train_batch();
  void begin_validation();
  void validate_batch();
  void end_epoch();
  void note(const std::vector<double>& losses);
  void keep_weights();
  void go_on_from(const TrainingState& state);
  double seconds() const { return ended_after_.value_or(seconds_before_ + watch_.seconds()); }

  const TrainingContext& context_;
  const TrainingOptions& options_;
  Seed seed_;
  Objective& objective_;
  std::vector<networks::FlatWeights*> weights_;
  std::vector<std::vector<float>> best_weights_;
  torch::optim::Adam optimizer_;
  EarlyStopping stopping_;
  int epoch_ = 0;
  std::int64_t step_ = 0;            ///< of the epoch
  std::optional<EpochOrder> order_;  ///< of the epoch that is being run; nothing before it begins
  LossSums sums_;                    ///< of the epoch's steps
  std::vector<double> trained_;      ///< mean losses of the epoch's steps, once all are made
  LossSums validation_sums_;
  std::int64_t validated_ = 0;  ///< samples in them
  EpochReport last_;
  TrainingRecord record_;
  std::size_t noted_ = 0;  ///< values of the loss history
  Stopwatch watch_;
  double seconds_before_ = 0;          ///< trained before an interruption
  std::optional<double> ended_after_;  ///< seconds of the whole training
};

}  // namespace clvae::train
