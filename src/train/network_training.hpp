#pragma once
/// \file
/// The training of any network: epochs first, and then the encoding of the samples.

#include <optional>
#include <string>
#include <vector>

#include "train/encode.hpp"
#include "train/epochs.hpp"
#include "train/stopwatch.hpp"
#include "train/training.hpp"

namespace clvae::train {

/// Trains the network of a derived class, which says what its loss is and what it leaves.
class NetworkTraining : public Training, protected Objective {
 public:
  Piece advance() override;
  const EpochReport& epoch() const override { return epochs_->last(); }
  int epochs_ended() const override { return epochs_->ended(); }
  bool has_ended() const override { return record_.has_value(); }
  std::string state() const override { return epochs_->state(); }

 protected:
  /// Readies the first piece; to be called once the network is there.
  /// \throws StateError where it can't go on from that state
  void begin(const TrainingContext& context, Seed seed, const std::string& state) {
    epochs_.emplace(context, seed, static_cast<Objective&>(*this), state);
  }
  /// The passes that encode what the member leaves; called once its weights are the best epoch's.
  virtual std::vector<Pass> encoding() = 0;
  /// How the training went. \pre it is done
  const TrainingRecord& record() const { return *record_; }

 private:
  std::optional<Epochs> epochs_;
  std::optional<TrainingRecord> record_;  ///< once the training has ended
  std::vector<Pass> passes_;
  std::size_t pass_ = 0;
  Stopwatch watch_;  ///< of the encoding
};

}  // namespace clvae::train
