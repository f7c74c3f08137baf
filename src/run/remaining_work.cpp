#include "run/remaining_work.hpp"

#include <algorithm>

#include "methods/method.hpp"

namespace clvae::run {

namespace {

/// Seconds of the slowest member that is done; 0 where none is.
double longest_training(const KindState& state) {
  double longest = 0;
  for (std::size_t member = 0; member < state.intact.size(); ++member) {
    const store::MemberProvenance& provenance = state.summary.provenance[member];
    if (!state.intact[member]) continue;
    longest = std::max(longest, provenance.training_seconds + provenance.encoding_seconds);
  }
  return longest;
}

}  // namespace

Work remaining_work(const std::vector<KindState>& states, const config::Config& config,
                    const data::Experiment& experiment, Console& console) {
  Work work;
  for (const KindState& state : states) {
    const Kind kind = state.summary.kind;
    warn_of_damage(state, console);
    const auto tasks = remaining_tasks(state, config.ensemble.max_attempts);
    work.tasks.insert(work.tasks.end(), tasks.begin(), tasks.end());
    work.flops[kind] = methods::method_of(kind).flops({config, experiment});
    work.done += state.done();
    work.longest[kind] = longest_training(state);
    work.attempt_messages = state.summary.attempt_messages.front().size();
  }
  std::stable_sort(work.tasks.begin(), work.tasks.end(),
                   [&](const schedule::Task& a, const schedule::Task& b) {
                     return work.flops.at(a.kind) > work.flops.at(b.kind);
                   });
  return work;
}

TrainingProgress::Start start_of(const Work& work, std::size_t members, int ranks) {
  TrainingProgress::Start start;
  start.members = members;
  start.done = work.done;
  start.ranks = static_cast<std::size_t>(ranks);
  start.message_places = work.attempt_messages;
  start.to_train = work.tasks.size();
  start.cost = work.flops;
  start.longest = work.longest;
  for (const schedule::Task& task : work.tasks) start.cost_to_train += work.flops.at(task.kind);
  return start;
}

}  // namespace clvae::run
