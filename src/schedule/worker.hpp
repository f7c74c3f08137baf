#pragma once
/// \file
/// Every rank's part: ask for a member, train it, tell, until none is left.

#include <functional>
#include <optional>
#include <string>

#include "comm/channel.hpp"
#include "schedule/coordinator.hpp"
#include "schedule/messages.hpp"

namespace clvae::schedule {

/// What a trainer has to call while it works.
struct TrainerHooks {
  std::function<void()> between_batches;  ///< often: messages are served here
  std::function<void(const EpochProgress&)> after_epoch;
  std::function<void()> training_ended;  ///< before encoding and committing
  /// Whether the task is to be given back: asked between batches. The trainer then keeps what it
  /// can go on from and throws InterruptedError; it may also finish, where little is left.
  std::function<bool()> is_stopping;
};

/// Why the job is to stop, where it is; asked often, on every rank.
using StopSource = std::function<std::optional<std::string>()>;

/// Trains and commits one attempt. Throwing InterruptedError gives it back; AttemptError, or
/// anything that is no clvae::Error, fails the attempt; another clvae::Error (a disk that can't be
/// written) ends the job.
using Trainer = std::function<void(const Task&, const TrainerHooks&)>;

/// Works until rank 0 has no more members for this rank. Asks for the next member when the training
/// of one ends, so that the answer is there once it is encoded and committed. Waits patiently.
/// On rank 0, which works as well, it also serves the coordinator, and returns only when every rank
/// has been told that nothing is left. Collective.
/// \param coordinator on rank 0; null elsewhere
/// \param stop_source a reason on any rank stops them all: nothing is handed out any more, and the
///   trainers are told
/// \throws what ends the job
void work(comm::Channel& channel, const Trainer& trainer, Coordinator* coordinator,
          const StopSource& stop_source);

}  // namespace clvae::schedule
