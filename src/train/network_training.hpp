#pragma once
/// \file
/// The training of any network: epochs first, and then the encoding of the samples.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "train/encode.hpp"
#include "train/epochs.hpp"
#include "train/stopwatch.hpp"
#include "train/training.hpp"
#include "train/training_step.hpp"

namespace clvae::train {

/// Trains the network of a derived class, which says what its loss is and what it leaves, in a lane
/// of the context. Networks stay in the lane, for the next member of their kind.
class NetworkTraining : public Training {
 public:
  ~NetworkTraining() override;
  NetworkTraining(const NetworkTraining&) = delete;
  NetworkTraining& operator=(const NetworkTraining&) = delete;

  Piece advance() override;
  const EpochReport& epoch() const override { return epochs_->last(); }
  int epochs_ended() const override { return epochs_->ended(); }
  bool has_ended() const override { return record_.has_value(); }
  std::string state() const override;
  /// Steps that were asked of the device: on a GPU a piece has many, or none.
  std::int64_t steps_made() const { return epochs_->steps_made(); }

 protected:
  /// \param context must outlive it
  explicit NetworkTraining(const TrainingContext& context);

  const TrainingContext& context() const { return context_; }
  Lane& lane() const { return *lane_; }

  /// Readies the first piece. \param kind of the members that share networks in a lane
  /// \param make makes these, where the lane has none yet  \param start gives them the member's
  /// first weights \throws StateError where it can't go on from that state
  void begin(Seed seed, const std::string& state, const std::string& kind,
             const std::function<std::unique_ptr<Objective>()>& make,
             const std::function<void(Objective&)>& start);
  /// The passes that encode what the member leaves; called once its weights are the best epoch's.
  virtual std::vector<Pass> encoding() = 0;
  /// How the training went. \pre it is done
  const TrainingRecord& record() const { return *record_; }

 private:
  Piece advance_within();
  /// Asks for more of the encoding. \return whether all of it is there
  bool encode_more();

  const TrainingContext& context_;
  std::shared_ptr<Lane> lane_;
  std::unique_ptr<Epochs> epochs_;
  std::optional<TrainingRecord> record_;  ///< once the training has ended
  std::vector<Pass> passes_;
  std::size_t pass_ = 0;  ///< that is asked for next
  Stopwatch watch_;       ///< of the encoding
};

}  // namespace clvae::train
