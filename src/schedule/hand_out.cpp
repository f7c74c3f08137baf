#include "schedule/hand_out.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::schedule {

namespace {

/// The lanes of a rank that has not told how many it has.
constexpr int kAnyNumber = std::numeric_limits<int>::max();

}  // namespace

HandOut::HandOut(std::vector<Task> tasks, int ranks, int max_attempts)
    : fresh_(tasks.begin(), tasks.end()), max_attempts_(max_attempts) {
  if (ranks < 1 || max_attempts < 1) {
    throw UsageError(fmt::format("{} ranks and {} attempts: at least one of each is needed", ranks,
                                 max_attempts));
  }
  workers_.resize(static_cast<std::size_t>(ranks));
  ranks_with_[kAnyNumber] = ranks;
  std::set<MemberKey> members;
  for (const Task& task : tasks) {
    if (task.attempt.value() >= static_cast<std::uint32_t>(max_attempts)) {
      throw UsageError(
          fmt::format("member {} has had its {} attempts", task.member.value(), max_attempts));
    }
    if (!members.insert({task.kind, task.member}).second) {
      throw UsageError(fmt::format("member {} is to be handed out twice", task.member.value()));
    }
  }
}

std::vector<Reply> HandOut::set_lanes(Rank rank, int lanes) {
  if (lanes < 1) throw RunError(fmt::format("rank {} has {} lanes", rank.value(), lanes));
  note_lanes(worker_of(rank), lanes);
  return serve_waiting();
}

std::vector<Reply> HandOut::request(Rank rank) {
  Worker& worker = worker_of(rank);
  if (!worker.lanes) note_lanes(worker, 1);
  if (worker.released >= *worker.lanes) {
    throw RunError(fmt::format("rank {} asked for work out of turn", rank.value()));
  }
  waiting_.push_back(rank);
  return serve_waiting();
}

std::vector<Reply> HandOut::done(Rank rank, const Task& task) {
  end_run(rank, task);
  ++done_;
  return serve_waiting();
}

std::vector<Reply> HandOut::failed(Rank rank, const Task& task) {
  end_run(rank, task);
  failed_on_[{task.kind, task.member}].insert(rank);
  if (is_last_attempt(task)) {
    ++given_up_;
  } else {
    retries_.push_back({task.kind, task.member, Attempt{task.attempt.value() + 1}});
  }
  return serve_waiting();
}

std::vector<Reply> HandOut::interrupted(Rank rank, const Task& task) {
  end_run(rank, task);
  ++interrupted_;
  return serve_waiting();
}

std::vector<Reply> HandOut::lacked_memory(Rank rank, const Task& task) {
  Worker& worker = worker_of(rank);
  if (worker.lanes.value_or(1) < 2) {
    throw RunError(fmt::format("rank {} gave member {} back, but has no lane left to go on with",
                               rank.value(), task.member.value()));
  }
  end_run(rank, task);
  note_lanes(worker, *worker.lanes - 1);
  retries_.push_front(task);
  return serve_waiting();
}

std::vector<Reply> HandOut::stop() {
  stopped_ = true;
  return serve_waiting();
}

bool HandOut::is_last_attempt(const Task& task) const {
  // What knows no chance fails again for the same reason.
  if (!is_random(task.kind)) return true;
  return task.attempt.value() + 1 >= static_cast<std::uint32_t>(max_attempts_);
}

std::size_t HandOut::lane_count() const {
  std::size_t count = 0;
  for (const Worker& worker : workers_) count += static_cast<std::size_t>(worker.lanes.value_or(0));
  return count;
}

bool HandOut::everyone_released() const {
  return running_.empty() && waiting_.empty() &&
         std::all_of(workers_.begin(), workers_.end(), [](const Worker& worker) {
           return worker.lanes && worker.released >= *worker.lanes;
         });
}

HandOut::Worker& HandOut::worker_of(Rank rank) {
  const auto index = static_cast<std::size_t>(rank.value());
  if (rank.value() < 0 || index >= workers_.size()) {
    throw RunError(fmt::format("there is no rank {} among {}", rank.value(), workers_.size()));
  }
  return workers_[index];
}

void HandOut::note_lanes(Worker& worker, int lanes) {
  const auto before = ranks_with_.find(worker.lanes.value_or(kAnyNumber));
  if (--before->second == 0) ranks_with_.erase(before);
  ++ranks_with_[lanes];
  worker.lanes = lanes;
}

void HandOut::end_run(Rank rank, const Task& task) {
  const auto found = std::find_if(running_.begin(), running_.end(), [&](const Running& run) {
    return run.rank == rank && run.task == task;
  });
  if (found == running_.end()) {
    throw RunError(fmt::format("rank {} reported member {}, which it was not given", rank.value(),
                               task.member.value()));
  }
  running_.erase(found);
  --worker_of(rank).running;
}

std::vector<Reply> HandOut::serve_waiting() {
  std::vector<Reply> replies;
  // What is handed out stays among what is left, so that the share holds for all who wait.
  const int share = fair_share();
  for (auto rank = waiting_.begin(); rank != waiting_.end();) {
    Worker& worker = worker_of(*rank);
    std::optional<Task> task;
    if (!stopped_ && worker.running < share) task = next_for(*rank);
    if (task) {
      running_.push_back({*rank, *task});
      ++worker.running;
    } else if (stopped_ || (running_.empty() && !has_startable())) {
      ++worker.released;
    } else {
      ++rank;
      continue;
    }
    replies.push_back({*rank, task});
    rank = waiting_.erase(rank);
  }
  return replies;
}

/// How many tasks a rank may work on at once: the smallest number by which all that are left find a
/// lane; without a bound where there are more of them than lanes.
int HandOut::fair_share() const {
  auto to_share = static_cast<std::int64_t>(pending_count() + running_count());
  auto sharing = static_cast<std::int64_t>(workers_.size());
  for (const auto& [lanes, ranks] : ranks_with_) {
    if (to_share <= lanes * sharing) return static_cast<int>((to_share + sharing - 1) / sharing);
    to_share -= lanes * ranks;
    sharing -= ranks;
  }
  return kAnyNumber;
}

std::optional<Task> HandOut::next_for(Rank rank) {
  const auto retry = std::find_if(retries_.begin(), retries_.end(), [&](const Task& task) {
    return may_retry(rank, task) && may_start(task);
  });
  if (retry != retries_.end()) {
    const Task task = *retry;
    retries_.erase(retry);
    return task;
  }
  const auto next =
      std::find_if(fresh_.begin(), fresh_.end(), [&](const Task& task) { return may_start(task); });
  if (next == fresh_.end()) return std::nullopt;
  const Task task = *next;
  fresh_.erase(next);
  return task;
}

bool HandOut::has_startable() const {
  const auto startable = [&](const Task& task) { return may_start(task); };
  return std::any_of(fresh_.begin(), fresh_.end(), startable) ||
         std::any_of(retries_.begin(), retries_.end(), startable);
}

bool HandOut::may_retry(Rank rank, const Task& task) const {
  const auto failures = failed_on_.find({task.kind, task.member});
  if (failures == failed_on_.end() || failures->second.count(rank) == 0) return true;
  return failures->second.size() == workers_.size();
}

}  // namespace clvae::schedule
