#pragma once
/// \file
/// Who trains which member: the policy, as a pure state machine.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "core/kind.hpp"
#include "core/strong.hpp"

namespace clvae::schedule {

/// One attempt at one member.
struct Task {
  Kind kind{};
  MemberIndex member;
  Attempt attempt;
  friend bool operator==(const Task& a, const Task& b) {
    return a.kind == b.kind && a.member == b.member && a.attempt == b.attempt;
  }
};

/// An answer to a rank that asked for work: a task, or none any more.
struct Reply {
  Rank to;
  std::optional<Task> task;
};

/// Hands out members one at a time, in order, to whoever asks, so that fast ranks do more. A failed
/// attempt is followed by the next one, elsewhere if any other rank has not failed at the member
/// yet, until there were `max_attempts`, of a kind that knows no chance one; then the member is
/// given up. A rank may work on as many tasks at once as it has lanes, each of which asks for
/// itself, and may ask for its next task while it works on one; a request that can't be served is
/// kept until there is work or all is done. So each lane is told once that nothing is left. Once it
/// is stopped it hands nothing out any more, and what runs is given back.
///
/// Where there are fewer tasks left than lanes, the ranks share them: none works on more at once
/// than ⌈tasks left / ranks⌉, or on more than that by what ranks with fewer lanes leave to the
/// others. So 20 members on 4 ranks with 16 lanes are 5 each, whoever asks first.
class HandOut {
 public:
  /// \param tasks in the order in which to hand them out; their attempts may be later than the
  ///   first  \param max_attempts at one member; a task whose attempt is beyond is an error
  /// \throws UsageError
  HandOut(std::vector<Task> tasks, int ranks, int max_attempts);

  /// A rank tells how many lanes it has; later, that it has more. Until it tells, it counts in the
  /// sharing as one that could take any number; one that asks without having told has one lane.
  /// Each call returns the answers that can be given now, to any rank.
  /// \throws RunError for a rank that does not exist, or no lanes
  std::vector<Reply> set_lanes(Rank rank, int lanes);
  /// A rank asks for work.
  /// \throws RunError for a rank that does not exist, or whose lanes were all told that nothing is
  /// left
  std::vector<Reply> request(Rank rank);
  /// A rank has committed a task. \throws RunError where it did not have it
  std::vector<Reply> done(Rank rank, const Task& task);
  /// A rank's attempt has failed. \throws RunError where it did not have it
  std::vector<Reply> failed(Rank rank, const Task& task);

  /// A rank has given a task back unfinished, which is no failure. \throws RunError where it did
  /// not have it
  std::vector<Reply> interrupted(Rank rank, const Task& task);
  /// A rank has given a task back since its device has no memory for it beside the others, and goes
  /// on with a lane fewer. The same attempt is handed out again, before all others.
  /// \throws RunError where it did not have it, or has a single lane
  std::vector<Reply> lacked_memory(Rank rank, const Task& task);
  /// From now on every rank that asks is told that nothing is left. \return the answers to those
  /// that wait
  std::vector<Reply> stop();
  /// From now on tasks are handed out only where `may_start` is true. It must not become true again
  /// after it was false.
  void admit_only(std::function<bool(const Task&)> may_start) { may_start_ = std::move(may_start); }

  /// Whether a failure of this attempt is the member's last.
  bool is_last_attempt(const Task& task) const;

  std::size_t pending_count() const { return fresh_.size() + retries_.size(); }
  std::size_t running_count() const { return running_.size(); }
  std::size_t done_count() const { return done_; }
  std::size_t given_up_count() const { return given_up_; }
  /// Tasks that were given back.
  std::size_t interrupted_count() const { return interrupted_; }
  bool is_stopped() const { return stopped_; }
  /// Of the ranks that have told.
  std::size_t lane_count() const;
  /// Whether every lane of every rank has been told that nothing is left, and nothing runs.
  bool everyone_released() const;

 private:
  using MemberKey = std::tuple<Kind, MemberIndex>;
  struct Running {
    Rank rank;
    Task task;
  };
  /// What is known of one rank.
  struct Worker {
    std::optional<int> lanes;
    int running = 0;   ///< tasks
    int released = 0;  ///< lanes that were told that nothing is left
  };

  Worker& worker_of(Rank rank);
  void note_lanes(Worker& worker, int lanes);
  void end_run(Rank rank, const Task& task);
  std::vector<Reply> serve_waiting();
  int fair_share() const;
  std::optional<Task> next_for(Rank rank);
  bool may_retry(Rank rank, const Task& task) const;
  bool may_start(const Task& task) const { return !may_start_ || may_start_(task); }
  bool has_startable() const;

  std::deque<Task> fresh_;
  std::deque<Task> retries_;
  std::vector<Running> running_;
  std::deque<Rank> waiting_;
  std::map<MemberKey, std::set<Rank>> failed_on_;
  std::vector<Worker> workers_;             ///< by rank
  std::map<int, std::int64_t> ranks_with_;  ///< so many lanes
  int max_attempts_;
  std::size_t done_ = 0;
  std::size_t given_up_ = 0;
  std::size_t interrupted_ = 0;
  bool stopped_ = false;
  std::function<bool(const Task&)> may_start_;
};

}  // namespace clvae::schedule
