#include "run/epoch_log.hpp"

#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <utility>

#include "methods/options.hpp"
#include "run/checkpointing.hpp"
#include "run/member_losses.hpp"
#include "train/learning_rate.hpp"

namespace clvae::run {

namespace {

/// The learning rate of the last step of each epoch.
std::function<double(int)> last_rates(const config::Config& config,
                                      const data::Experiment& experiment) {
  const train::TrainingOptions options = methods::training_options(config, experiment.shape, "cpu");
  const auto batch = static_cast<long>(options.batch_size);
  const long steps = (static_cast<long>(experiment.train.size()) + batch - 1) / batch;
  return [schedule = options.schedule, peak = options.learning_rate, epochs = options.epochs,
          steps](int epoch) {
    return train::learning_rate_at(schedule, peak, epoch * steps - 1, epochs * steps);
  };
}

}  // namespace

EpochLog::EpochLog(const Settings& settings, const data::Experiment& experiment,
                   const methods::Plan& plan, std::function<void(const std::string&)> warn)
    : settings_(settings),
      plan_(plan),
      last_rate_(last_rates(settings.config, experiment)),
      table_(settings.folder.epochs_csv(), std::move(warn)) {}

void EpochLog::begin(const store::Reader& reader, const std::vector<KindState>& states,
                     const std::vector<schedule::Task>& tasks) {
  std::map<Kind, std::size_t> members;
  for (const KindState& state : states) {
    const Kind kind = state.summary.kind;
    if (!has_losses(reader, kind)) continue;
    members[kind] = state.summary.members;
    for (std::size_t i = 0; i < state.intact.size(); ++i) {
      if (!state.intact[i]) continue;
      const store::CommitRecord& record = state.summary.commits[i];
      settle(reader, {kind, MemberIndex{static_cast<std::uint32_t>(i)}, Attempt{record.attempt}},
             record);
    }
  }
  const store::Checkpoints kept(settings_.folder.checkpoints(), "");
  for (const schedule::Task& task : tasks) {
    std::error_code ignored;
    if (std::filesystem::exists(kept.file_of(task.kind, task.member), ignored)) continue;
    table_.forget(task.kind, task.member, task.attempt);
  }
  table_.limit(members);
  table_.write();
}

void EpochLog::ended(const schedule::Task& task, const EpochReport& report) {
  if (std::isnan(report.train_loss)) return;  // a method without epochs
  EpochRow ended = row(task, report.epoch);
  ended.training_loss = static_cast<float>(report.train_loss);
  ended.validation_loss = static_cast<float>(report.validation_loss);
  ended.seconds = report.seconds;
  table_.note(ended);
}

void EpochLog::close(const store::Reader& reader) {
  std::map<Kind, store::KindSummary> summaries;
  for (const schedule::Task& task : finished_) {
    if (!has_losses(reader, task.kind)) continue;
    if (summaries.count(task.kind) == 0) summaries[task.kind] = reader.summary(task.kind);
    settle(reader, task, summaries.at(task.kind).commits.at(task.member.value()));
  }
  finished_.clear();
  table_.write();
}

EpochRow EpochLog::row(const schedule::Task& task, int epoch) const {
  EpochRow row;
  row.kind = task.kind;
  row.member = task.member;
  row.attempt = task.attempt;
  row.seed =
      methods::attempt_seed(plan_.at(task.kind).at(task.member.value()).seed, task.attempt).value();
  row.epoch = epoch;
  row.learning_rate = last_rate_(epoch);
  row.seconds = std::numeric_limits<double>::quiet_NaN();
  return row;
}

void EpochLog::settle(const store::Reader& reader, const schedule::Task& task,
                      const store::CommitRecord& record) {
  const MemberLosses losses = losses_of(reader, task.kind, task.member, record);
  std::vector<EpochRow> rows;
  for (std::size_t i = 0; i < losses.training.size(); ++i) {
    rows.push_back(row(task, static_cast<int>(i) + 1));
    rows.back().training_loss = losses.training[i];
    rows.back().validation_loss = losses.validation[i];
  }
  table_.settle(task.kind, task.member, task.attempt, rows);
}

}  // namespace clvae::run
