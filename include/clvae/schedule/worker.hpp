#pragma once
/// \file
/// Every rank's part: ask for a member, train it, tell, until none is left.

#include <functional>

#include "clvae/comm/channel.hpp"
#include "clvae/schedule/coordinator.hpp"
#include "clvae/schedule/messages.hpp"

namespace clvae::schedule {

/// What a trainer has to call while it works.
struct TrainerHooks {
  std::function<void()> between_batches;  ///< often: messages are served here
  std::function<void(const EpochProgress&)> after_epoch;
  std::function<void()> training_ended;  ///< before encoding and committing
};

/// Trains and commits one attempt. Throwing AttemptError, or anything that is no clvae::Error,
/// fails the attempt; another clvae::Error (a disk that can't be written) ends the job.
using Trainer = std::function<void(const Task&, const TrainerHooks&)>;

/// Works until rank 0 has no more members for this rank. Asks for the next member when the training
/// of one ends, so that the answer is there once it is encoded and committed. Waits patiently.
/// On rank 0, which works as well, it also serves the coordinator, and returns only when every rank
/// has been told that nothing is left. Collective.
/// \param coordinator on rank 0; null elsewhere
/// \throws what ends the job
void work(comm::Channel& channel, const Trainer& trainer, Coordinator* coordinator);

}  // namespace clvae::schedule
