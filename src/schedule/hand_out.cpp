#include "schedule/hand_out.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::schedule {

HandOut::HandOut(std::vector<Task> tasks, int ranks, int max_attempts, int lanes)
    : fresh_(tasks.begin(), tasks.end()),
      ranks_(ranks),
      max_attempts_(max_attempts),
      lanes_(lanes) {
  if (ranks < 1 || max_attempts < 1 || lanes < 1) {
    throw UsageError(
        fmt::format("{} ranks, {} lanes and {} attempts: at least one of each is needed", ranks,
                    lanes, max_attempts));
  }
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

std::vector<Reply> HandOut::request(Rank rank) {
  if (rank.value() < 0 || rank.value() >= ranks_ ||
      released_.count(rank) == static_cast<std::size_t>(lanes_)) {
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

std::vector<Reply> HandOut::stop() {
  stopped_ = true;
  return serve_waiting();
}

bool HandOut::is_last_attempt(const Task& task) const {
  // What knows no chance fails again for the same reason.
  if (!is_random(task.kind)) return true;
  return task.attempt.value() + 1 >= static_cast<std::uint32_t>(max_attempts_);
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
}

std::vector<Reply> HandOut::serve_waiting() {
  std::vector<Reply> replies;
  for (auto rank = waiting_.begin(); rank != waiting_.end();) {
    std::optional<Task> task = stopped_ ? std::nullopt : next_for(*rank);
    if (task) {
      running_.push_back({*rank, *task});
    } else if (stopped_ || (running_.empty() && !has_startable())) {
      released_.insert(*rank);
    } else {
      ++rank;
      continue;
    }
    replies.push_back({*rank, task});
    rank = waiting_.erase(rank);
  }
  return replies;
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
  return failures->second.size() == static_cast<std::size_t>(ranks_);
}

}  // namespace clvae::schedule
