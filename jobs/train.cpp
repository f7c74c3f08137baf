#include <memory>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "evaluate/run_ensemble.hpp"
#include "evaluate/set_list.hpp"
#include "jobs.hpp"
#include "methods/method.hpp"
#include "run/devices.hpp"
#include "run/experiment.hpp"
#include "run/extension.hpp"
#include "run/preflight.hpp"
#include "run/run_file.hpp"
#include "run/shared_experiment.hpp"
#include "run/shared_training.hpp"
#include "store/checkpoints.hpp"
#include "store/reader.hpp"
#include "store/run_lock.hpp"

namespace clvae::jobs {

namespace {

/// \throws RunError where the run file is gone, with all that was committed to it
void require_run_file(const run::RunFolder& folder) {
  if (folder.has_run_file()) return;
  throw RunError(
      fmt::format("{}: was removed while the job worked on it, and what it had trained is lost; "
                  "the same command begins anew",
                  folder.run_file()));
}

/// How the ensemble stands, in one line.
/// \param stop_reason why members are left; empty where none is
/// \throws InterruptedError where members are left, RunError where no member is done
void close_with_result(const store::Reader& reader, const std::string& stop_reason,
                       Console& console) {
  std::size_t members = 0;
  std::size_t done = 0;
  std::size_t failed = 0;
  for (const Kind kind : reader.kinds()) {
    for (const store::CommitRecord& record : reader.summary(kind).commits) {
      ++members;
      done += record.state == store::MemberState::done ? 1U : 0U;
      failed += record.state == store::MemberState::failed ? 1U : 0U;
    }
  }
  if (!stop_reason.empty()) {
    throw InterruptedError(fmt::format("{}; {} of {} members are done, the same command goes on",
                                       stop_reason, done, members));
  }
  std::string line =
      fmt::format("run file: {}; {} of {} members are done", reader.path(), done, members);
  if (failed > 0) {
    line += fmt::format(", {} failed (a larger ensemble.max_attempts tries them again)", failed);
  }
  console.event(line);
  if (done == 0) {
    throw RunError(fmt::format("{}: none of {} members is done", reader.path(), members));
  }
}

/// Gives the run back when all of it is done, or goes on with the members that it was asked for
/// meanwhile. Collective. \param lock of rank 0  \return whether there are more members now
bool extend_when_done(const comm::Communicator& world, const run::RunFolder& folder,
                      std::optional<store::RunLock>& lock, Console& console) {
  bool has_grown = false;
  comm::together(world, [&] {
    if (!world.is_root()) return;
    require_run_file(folder);
    store::Checkpoints(folder.checkpoints(), "").remove_all();
    has_grown = run::extend_on_requests(folder, lock, console);
  });
  return world.broadcast(has_grown ? "yes" : "no") == "yes";
}

/// As the first rank sees it. Collective. \throws SharedError
FeaturePrecision agreed_precision(const comm::Communicator& world, const run::RunFolder& folder) {
  FeaturePrecision precision{};
  comm::together(world, [&] {
    if (world.is_root()) precision = run::precision_of(folder);
  });
  const bool is_single = precision == FeaturePrecision::float32;
  return world.broadcast(is_single ? "single" : "double") == "single" ? FeaturePrecision::float32
                                                                      : FeaturePrecision::float64;
}

/// Trains what the run is to have of this experiment. Collective. \throws SharedError
void train_on(const comm::Communicator& world, const run::Settings& settings,
              const data::Experiment& experiment, Console& console) {
  const config::Config& config = settings.config;
  methods::Plan plan;
  comm::together(world, [&] {
    run::require_trainable(config, experiment);
    plan = methods::planned_members(config, experiment.inlier_classes.size());
    // What can't be evaluated on is to be found before hours of training.
    if (!world.is_root()) return;
    evaluate::checked_sets(config.evaluation, evaluate::sample_form_of(experiment, config));
  });
  console.event(run::describe(experiment));
  for (const std::string& warning : experiment.warnings) console.warning(warning);
  comm::together(world, [&] {
    if (!world.is_root()) return;
    const std::string warning =
        run::judge_variety(config, experiment, settings.folder.has_run_file());
    if (!warning.empty()) console.warning(warning);
  });
  const auto devices = run::agreed_devices(world, config.training);
  run::preflight(world, config.training, devices, console);
  comm::together(world, [&] {
    // Before a run file that would be tied to it.
    if (settings.folder.has_run_file()) return;
    run::require_precision(config, devices.at(static_cast<std::size_t>(world.rank().value())));
  });

  std::optional<store::RunLock> lock;  // of rank 0
  comm::together(world, [&] {
    if (world.is_root()) {
      settings.folder.make();
      lock.emplace(settings.folder.lock(), [&](const std::string& line) { console.event(line); });
      run::apply_extend_requests(settings.folder, console);
      run::create_or_compare(settings, run::run_contents(config, experiment, plan), console);
    }
  });
  std::string stop_reason;
  do {
    stop_reason = run::train_what_is_left(world, settings, experiment, devices,
                                          lock ? &*lock : nullptr, console);
  } while (stop_reason.empty() && extend_when_done(world, settings.folder, lock, console));
  comm::together(world, [&] {
    if (!world.is_root()) return;
    require_run_file(settings.folder);
    close_with_result(store::Reader(settings.folder.run_file()), stop_reason, console);
  });
}

}  // namespace

void train(const comm::Communicator& world, const run::Settings& settings, Console& console) {
  std::optional<data::Experiment> experiment =
      run::agreed_experiment(world, settings.config, agreed_precision(world, settings.folder));
  try {
    train_on(world, settings, *experiment, console);
  } catch (const comm::SharedError&) {
    // All ranks are here, and a sweep goes on: the memory that they share is given back together,
    // which its owner can't do while an exception passes.
    experiment.reset();
    throw;
  }
}

void add_train(CLI::App& app, Job& job) {
  const auto arguments = std::make_shared<run::ConfigArguments>();
  CLI::App* command = app.add_subcommand("train", "Train the members that are not done yet");
  command->footer("\nExamples:\n  mpirun -np 4 clvae train configs/mnist.yaml\n");
  add_config_options(*command, *arguments);
  add_time_limit_option(*command, *arguments);
  run_on_all_ranks(*command, job, [=](const comm::Communicator& world, Console& console) {
    train(world, run::agreed_settings(world, *arguments), console);
  });
}

}  // namespace clvae::jobs
