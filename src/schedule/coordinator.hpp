#pragma once
/// \file
/// Rank 0's part: answering the ranks' requests while it trains members itself.

#include <string>

#include "comm/channel.hpp"
#include "schedule/hand_out.hpp"
#include "schedule/messages.hpp"

namespace clvae::schedule {

/// Is told what happens, on rank 0.
class Observer {
 public:
  Observer() = default;
  virtual ~Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  virtual void started(Rank rank, const Task& task, const HandOut& state) = 0;
  virtual void progressed(Rank rank, const Task& task, const EpochReport& progress,
                          const HandOut& state) = 0;
  virtual void finished(Rank rank, const Task& task, const HandOut& state) = 0;
  /// \param given_up whether no further attempt follows
  virtual void failed(Rank rank, const Task& task, const std::string& reason, bool given_up,
                      const HandOut& state) = 0;
  /// A rank has given the task back.
  virtual void interrupted(Rank rank, const Task& task, const HandOut& state) = 0;
  /// A rank has given the task back for lack of memory beside its others; it comes again.
  virtual void lacked_memory(Rank /*rank*/, const Task& /*task*/, const std::string& /*reason*/,
                             const HandOut& /*state*/) {}
  /// The job is to stop; told once. \param rank that was told so from outside
  virtual void stopping(Rank rank, const std::string& reason, const HandOut& state) = 0;
};

/// Serves the hand-out over a channel. Lives on rank 0, which calls `serve` between the batches of
/// its own training: no thread is needed.
class Coordinator {
 public:
  /// All must outlive the coordinator.
  Coordinator(comm::Channel& channel, HandOut hand_out, Observer& observer);

  /// Takes in what a rank tells. \throws RunError for what makes no sense
  void take(Rank from, const AnyMessage& message);
  const HandOut& state() const { return hand_out_; }

 private:
  void answer(const std::vector<Reply>& replies);
  void stop(Rank from, const std::string& reason);

  comm::Channel& channel_;
  HandOut hand_out_;
  Observer& observer_;
};

}  // namespace clvae::schedule
