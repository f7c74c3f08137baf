#pragma once
/// \file
/// When a member in training is kept, and what becomes of its checkpoint.

#include <chrono>
#include <functional>
#include <string>

#include "config/checkpoint_interval.hpp"
#include "config/config.hpp"
#include "run/run_folder.hpp"
#include "schedule/hand_out.hpp"
#include "store/checkpoints.hpp"
#include "train/trainer.hpp"

namespace clvae::run {

/// Says which runs may use each other's checkpoints: the same data, the same keys that decide what
/// a member is, the same LibTorch.
std::string identity_of(const config::Config& config, const std::string& dataset_fingerprint);

/// The checkpoints of the members that this rank trains, one at a time. A checkpoint that can't be
/// written or used is warned of, and the training goes on. Any rank.
class Checkpointing {
 public:
  Checkpointing(const config::Config& config, const RunFolder& folder,
                const std::string& dataset_fingerprint);

  /// Sets what `hooks` keep of a task, and go on from.
  void prepare(const schedule::Task& task, train::Hooks& hooks);
  void remove(const schedule::Task& task) const { files_.remove(task.kind, task.member); }

 private:
  using Clock = std::chrono::steady_clock;

  bool is_due(int epochs);
  void keep(const store::Checkpoints::Key& key, const std::string& state);

  store::Checkpoints files_;
  config::CheckpointInterval interval_;
  Clock::time_point last_ = Clock::now();
  int last_epochs_ = 0;
};

/// "clvae: warning: ..." on this rank's standard error.
void warn_on_this_rank(const std::string& message);

}  // namespace clvae::run
