#pragma once
/// \file
/// When members in training are kept, and what becomes of their checkpoints.

#include <chrono>
#include <string>

#include "config/checkpoint_interval.hpp"
#include "config/config.hpp"
#include "run/run_folder.hpp"
#include "schedule/hand_out.hpp"
#include "store/checkpoints.hpp"

namespace clvae::run {

/// Says which runs may use each other's checkpoints: the same data, the same keys that decide what
/// a member is, the same LibTorch.
std::string identity_of(const config::Config& config, const std::string& dataset_fingerprint);

/// What the checkpoints of all members that a rank trains have in common. Any rank.
struct Checkpointing {
  Checkpointing(const config::Config& config, const RunFolder& folder,
                const std::string& dataset_fingerprint);

  store::Checkpoints files;
  config::CheckpointInterval interval;
};

/// The checkpoint of one member in training, with a clock of its own. One that can't be written or
/// used is warned of, and the training goes on.
class MemberCheckpoint {
 public:
  /// \param shared must outlive it
  MemberCheckpoint(const Checkpointing& shared, const schedule::Task& task);

  /// What the training can go on from; empty: from the start.
  std::string state() const;
  /// Whether the training is to be kept now. To be asked between batches. \param epochs that have
  /// ended
  bool is_due(int epochs);
  /// Keeps a training's state, unless none is ever to be kept.
  void keep(const std::string& state);
  /// Whether a state is ever kept.
  bool is_kept() const { return !shared_.interval.is_never(); }
  void remove() const { shared_.files.remove(key_.kind, key_.member); }

 private:
  using Clock = std::chrono::steady_clock;

  const Checkpointing& shared_;
  store::Checkpoints::Key key_;
  Clock::time_point last_ = Clock::now();
  int last_epochs_ = 0;
};

/// "clvae: warning: ..." on this rank's standard error.
void warn_on_this_rank(const std::string& message);

}  // namespace clvae::run
