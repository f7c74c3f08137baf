#pragma once
// One play of coordinator and workers, the same over threads and over MPI.

#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "clvae/core/errors.hpp"
#include "schedule/worker.hpp"

namespace clvae::schedule {

/// What rank 0 was told.
class Record : public Observer {
 public:
  void started(Rank rank, const Task& task, const HandOut& state) override {
    starts.push_back(task);
    first_given[rank.value()] += state.done_count() == 0 ? 1 : 0;
  }
  void progressed(Rank /*rank*/, const Task& task, const EpochReport& progress,
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
  void lacked_memory(Rank rank, const Task& task, const std::string& reason,
                     const HandOut& /*state*/) override {
    put_off.push_back({rank, task});
    last_shortage = reason;
  }
  void stopping(Rank rank, const std::string& reason, const HandOut& /*state*/) override {
    stops.push_back(std::to_string(rank.value()) + ": " + reason);
  }

  std::vector<Task> starts;
  std::map<int, int> first_given;  ///< rank: tasks before any was done
  std::vector<std::pair<Rank, Task>> put_off;
  std::string last_shortage;
  std::map<std::uint32_t, int> last_epoch;
  std::map<std::uint32_t, std::uint32_t> finishes;  ///< member: attempt
  std::map<std::uint32_t, std::vector<std::string>> failures;
  std::set<std::uint32_t> lost;
  std::set<Rank> finished_by;
  std::set<std::uint32_t> given_back;
  std::vector<std::string> stops;  ///< "rank: reason"
};

/// Three epochs of one batch each. Member 1 fails at its first attempt, member 2 at its second as
/// well, member 3 always.
class EventfulTraining : public Training {
 public:
  explicit EventfulTraining(const Task& task) : task_(task) {}

  Piece advance() override {
    constexpr int kPieces = 2 * kEpochs;
    if (++piece_ <= kPieces) return piece_ % 2 == 1 ? Piece::batch : Piece::epoch_ended;
    const std::uint32_t member = task_.member.value();
    const std::uint32_t attempt = task_.attempt.value();
    if (member == 1 && attempt == 0) throw AttemptError("the loss became nan");
    if (member == 2 && attempt < 2) throw std::runtime_error("out of luck\nwith a long story");
    if (member == 3) throw std::bad_alloc();
    return piece_ == kPieces + 1 ? Piece::training_ended : Piece::done;
  }
  EpochReport epoch() const override {
    const int ended = piece_ / 2;
    return {ended, kEpochs, 1.0 / ended, 2.0 / ended};
  }
  bool stop() override { return false; }

 private:
  static constexpr int kEpochs = 3;
  Task task_;
  int piece_ = 0;
};

inline std::unique_ptr<Training> begin_eventful(const Task& task) {
  return std::make_unique<EventfulTraining>(task);
}

/// Has batches until it is told to stop.
class EndlessTraining : public Training {
 public:
  Piece advance() override {
    std::this_thread::yield();
    return Piece::batch;
  }
  EpochReport epoch() const override { return {}; }
  bool stop() override { return false; }
};

/// Plays one rank. \param record told on rank 0 alone
inline void play(comm::Channel& channel, std::uint32_t members, const Begin& begin, Record& record,
                 const StopSource& stop_source, const LaneCount& lanes) {
  if (channel.rank() != Rank{0}) {
    work(channel, begin, nullptr, stop_source, lanes);
    return;
  }
  std::vector<Task> tasks;
  for (std::uint32_t member = 0; member < members; ++member) {
    tasks.push_back({Kind::clvae, MemberIndex{member}, Attempt{0}});
  }
  Coordinator coordinator(channel, HandOut(tasks, channel.size(), 3), record);
  work(channel, begin, &coordinator, stop_source, lanes);
}

/// The same with a number of lanes that stays.
inline void play(comm::Channel& channel, std::uint32_t members, const Begin& begin, Record& record,
                 const StopSource& stop_source = {}, int lanes = 1) {
  play(channel, members, begin, record, stop_source, LaneCount([lanes] { return lanes; }));
}

}  // namespace clvae::schedule
