#include "run/progress.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "run/pace.hpp"

namespace clvae::run {

namespace {

/// Between two lines of a log file in which nothing else has happened.
constexpr std::chrono::seconds kLineInterval{60};

std::string name_of_task(const schedule::Task& task) {
  std::string name = fmt::format("{} member {}", clvae::name_of(task.kind), task.member.value());
  if (task.attempt != Attempt{0}) name += fmt::format(" (attempt {})", task.attempt.value() + 1);
  return name;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

TrainingProgress::TrainingProgress(Console& console, store::Writer& writer, EpochLog& epochs,
                                   const Start& start)
    : console_(console), writer_(writer), epochs_(epochs), start_(start) {}

void TrainingProgress::started(Rank rank, const schedule::Task& task,
                               const schedule::HandOut& state) {
  running_[{task.kind, task.member}] = {Clock::now(), 0, ""};
  console_.event(fmt::format("{} goes to rank {}", name_of_task(task), rank.value()));
  show(state);
}

void TrainingProgress::progressed(Rank /*rank*/, const schedule::Task& task,
                                  const EpochReport& progress, const schedule::HandOut& state) {
  epochs_.ended(task, progress);
  Running& running = running_[{task.kind, task.member}];
  running.share = static_cast<double>(progress.epoch) / progress.epochs;
  if (!std::isnan(progress.validation_loss)) {
    last_loss_ = running.loss =
        fmt::format(", last validation loss {:.4g}", progress.validation_loss);
  } else if (!std::isnan(progress.train_loss)) {
    last_loss_ = running.loss = fmt::format(", last training loss {:.4g}", progress.train_loss);
  }
  show(state);
  if (!console_.is_live() && Clock::now() - last_line_ >= kLineInterval) {
    last_line_ = Clock::now();
    console_.event(summary(state));
  }
}

void TrainingProgress::finished(Rank rank, const schedule::Task& task,
                                const schedule::HandOut& state) {
  epochs_.finished(task);
  const Running running = running_[{task.kind, task.member}];
  running_.erase({task.kind, task.member});
  const double seconds = seconds_since(running.since);
  seconds_of_ended_ += seconds;
  cost_of_ended_ += start_.cost.at(task.kind);
  start_.longest[task.kind] = std::max(longest(task.kind), seconds);
  console_.event(fmt::format("{} done on rank {} in {}{}; {}", name_of_task(task), rank.value(),
                             format_duration(seconds), running.loss, summary(state)));
  last_line_ = Clock::now();
  show(state);
}

void TrainingProgress::failed(Rank rank, const schedule::Task& task, const std::string& reason,
                              bool given_up, const schedule::HandOut& state) {
  seconds_of_ended_ += seconds_since(running_[{task.kind, task.member}].since);
  running_.erase({task.kind, task.member});
  if (task.attempt.value() < start_.message_places) {
    writer_.note_attempt(task.kind, task.member, task.attempt,
                         reason.empty() ? "no reason was given" : reason);
  }
  if (given_up) {
    writer_.mark_failed(task.kind, task.member, task.attempt);
    cost_of_ended_ += start_.cost.at(task.kind);
  }
  console_.warning(fmt::format("{} failed on rank {}: {}; {}", name_of_task(task), rank.value(),
                               reason, given_up ? "given up" : "it gets a fresh attempt"));
  show(state);
}

void TrainingProgress::interrupted(Rank rank, const schedule::Task& task,
                                   const schedule::HandOut& state) {
  running_.erase({task.kind, task.member});
  console_.event(fmt::format("{} stopped on rank {}", name_of_task(task), rank.value()));
  show(state);
}

void TrainingProgress::lacked_memory(Rank rank, const schedule::Task& task,
                                     const std::string& reason, const schedule::HandOut& state) {
  running_.erase({task.kind, task.member});
  console_.warning(fmt::format(
      "{} is put off: rank {} has no memory for it beside its other members, and goes on with one "
      "fewer at a time ({})",
      name_of_task(task), rank.value(), reason));
  show(state);
}

void TrainingProgress::stopping(Rank rank, const std::string& reason,
                                const schedule::HandOut& /*state*/) {
  stop_reason_ = reason;
  console_.event(fmt::format("stopping: {} (rank {})", reason, rank.value()));
}

double TrainingProgress::longest(Kind kind) const {
  const auto known = start_.longest.find(kind);
  return known == start_.longest.end() ? 0 : known->second;
}

void TrainingProgress::show(const schedule::HandOut& state) {
  console_.live(summary(state) + last_loss_);
}

std::string TrainingProgress::summary(const schedule::HandOut& state) const {
  std::string line =
      fmt::format("{} of {} members done", start_.done + state.done_count(), start_.members);
  if (state.given_up_count() > 0) line += fmt::format(", {} failed", state.given_up_count());
  if (state.running_count() > 0) line += fmt::format(", {} running", state.running_count());
  if (const auto left = seconds_left(state)) line += ", ready in " + format_duration(*left);
  return line;
}

std::optional<double> TrainingProgress::seconds_left(const schedule::HandOut& state) const {
  const std::size_t ended = state.done_count() + state.given_up_count();
  LaneWork so_far{seconds_of_ended_, cost_of_ended_};
  for (const auto& [key, running] : running_) {
    so_far.cost += running.share * start_.cost.at(std::get<Kind>(key));
    so_far.seconds += seconds_since(running.since);
  }
  const double left = start_.cost_to_train - so_far.cost;
  if (so_far.cost <= 0 || left <= 0 || ended >= start_.to_train) return std::nullopt;
  return time_left(so_far, left, start_.to_train - ended,
                   std::max(start_.ranks, state.lane_count()));
}

}  // namespace clvae::run
