#pragma once
/// \file
/// Progress of the training of an ensemble, as rank 0 tells it.

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "core/console.hpp"
#include "run/epoch_log.hpp"
#include "schedule/coordinator.hpp"
#include "store/writer.hpp"

namespace clvae::run {

/// Writes events and the live line, and keeps why attempts failed in the run file, and each epoch's
/// losses in `epochs.csv`.
class TrainingProgress : public schedule::Observer {
 public:
  /// What a job starts with.
  struct Start {
    std::size_t members = 0;         ///< of the ensemble
    std::size_t done = 0;            ///< before this job
    std::size_t to_train = 0;        ///< by this job
    std::size_t ranks = 1;           ///< each with at least one lane
    std::size_t message_places = 0;  ///< attempts that the run file has room for
    std::map<Kind, double> cost;     ///< of one member of each kind, in any unit
    double cost_to_train = 0;        ///< of all members that this job has to train
    /// Seconds of the slowest member of each kind so far, beside the others of its rank.
    std::map<Kind, double> longest;
  };

  /// References must outlive it.
  TrainingProgress(Console& console, store::Writer& writer, EpochLog& epochs, const Start& start);

  void started(Rank rank, const schedule::Task& task, const schedule::HandOut& state) override;
  void progressed(Rank rank, const schedule::Task& task, const EpochReport& progress,
                  const schedule::HandOut& state) override;
  void finished(Rank rank, const schedule::Task& task, const schedule::HandOut& state) override;
  void failed(Rank rank, const schedule::Task& task, const std::string& reason, bool given_up,
              const schedule::HandOut& state) override;
  void interrupted(Rank rank, const schedule::Task& task, const schedule::HandOut& state) override;
  void lacked_memory(Rank rank, const schedule::Task& task, const std::string& reason,
                     const schedule::HandOut& state) override;
  void stopping(Rank rank, const std::string& reason, const schedule::HandOut& state) override;

  /// Why the job was stopped; empty where it was not.
  const std::string& stop_reason() const { return stop_reason_; }
  /// Seconds that the slowest member of the kind took, as far as is known; else 0.
  double longest(Kind kind) const;

 private:
  using Clock = std::chrono::steady_clock;
  using MemberKey = std::tuple<Kind, MemberIndex>;
  struct Running {
    Clock::time_point since;
    double share = 0;  ///< of its epochs that have ended
    std::string loss;  ///< of the latest epoch, ready for a line; empty where the kind has none
  };

  void show(const schedule::HandOut& state);
  std::string summary(const schedule::HandOut& state) const;
  /// Seconds until all is trained, once anything is known of it.
  std::optional<double> seconds_left(const schedule::HandOut& state) const;

  Console& console_;
  store::Writer& writer_;
  EpochLog& epochs_;
  Start start_;
  Clock::time_point last_line_ = Clock::now();
  std::map<MemberKey, Running> running_;
  double seconds_of_ended_ = 0;  ///< of lanes, that members took which are done or failed
  std::string stop_reason_;
  std::string last_loss_;     ///< of any member
  double cost_of_ended_ = 0;  ///< of those that need no further attempt
};

}  // namespace clvae::run
