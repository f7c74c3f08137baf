#pragma once
// One play of coordinator and workers, the same over threads and over MPI.

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "clvae/core/errors.hpp"
#include "schedule/worker.hpp"

namespace clvae::schedule {

/// What rank 0 was told.
class Record : public Observer {
 public:
  void started(Rank /*rank*/, const Task& task, const HandOut& /*state*/) override {
    starts.push_back(task);
  }
  void progressed(Rank /*rank*/, const Task& task, const EpochProgress& progress,
                  const HandOut& /*state*/) override {
    last_epoch[task.member.value()] = progress.epoch;
  }
  void finished(Rank rank, const Task& task, const HandOut& /*state*/) override {
    finishes[task.member.value()] = task.attempt.value();
    finished_by.insert(rank);
  }
  void failed(Rank /*rank*/, const Task& task, const std::string& reason, bool given_up,
              const HandOut& /*state*/) override {
    failures[task.member.value()].push_back(reason);
    if (given_up) lost.insert(task.member.value());
  }

  void interrupted(Rank /*rank*/, const Task& task, const HandOut& /*state*/) override {
    given_back.insert(task.member.value());
  }
  void stopping(Rank rank, const std::string& reason, const HandOut& /*state*/) override {
    stops.push_back(std::to_string(rank.value()) + ": " + reason);
  }

  std::vector<Task> starts;
  std::map<std::uint32_t, int> last_epoch;
  std::map<std::uint32_t, std::uint32_t> finishes;  ///< member: attempt
  std::map<std::uint32_t, std::vector<std::string>> failures;
  std::set<std::uint32_t> lost;
  std::set<Rank> finished_by;
  std::set<std::uint32_t> given_back;
  std::vector<std::string> stops;  ///< "rank: reason"
};

/// Member 1 fails at its first attempt, member 2 at its second as well, member 3 always.
inline void eventful_trainer(const Task& task, const TrainerHooks& hooks) {
  for (int epoch = 1; epoch <= 3; ++epoch) {
    hooks.between_batches();
    hooks.after_epoch({epoch, 3, 1.0 / epoch, 2.0 / epoch});
  }
  const std::uint32_t member = task.member.value();
  const std::uint32_t attempt = task.attempt.value();
  if (member == 1 && attempt == 0) throw AttemptError("the loss became nan");
  if (member == 2 && attempt < 2) throw std::runtime_error("out of luck\nwith a long story");
  if (member == 3) throw std::bad_alloc();
  hooks.training_ended();
}

/// Trains until it is told to stop.
inline void endless_trainer(const Task& /*task*/, const TrainerHooks& hooks) {
  while (!hooks.is_stopping()) {
    hooks.between_batches();
    std::this_thread::yield();
  }
  throw InterruptedError("stopped");
}

/// Plays one rank. \param record told on rank 0 alone
inline void play(comm::Channel& channel, std::uint32_t members, const Trainer& trainer,
                 Record& record, const StopSource& stop_source = {}) {
  if (channel.rank() != Rank{0}) {
    work(channel, trainer, nullptr, stop_source);
    return;
  }
  std::vector<Task> tasks;
  for (std::uint32_t member = 0; member < members; ++member) {
    tasks.push_back({Kind::clvae, MemberIndex{member}, Attempt{0}});
  }
  Coordinator coordinator(channel, HandOut(tasks, channel.size(), 3), record);
  work(channel, trainer, &coordinator, stop_source);
}

}  // namespace clvae::schedule
