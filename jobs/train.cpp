#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "comm/mpi_channel.hpp"
#include "jobs.hpp"
#include "methods/method.hpp"
#include "run/devices.hpp"
#include "run/experiment.hpp"
#include "run/extension.hpp"
#include "run/member_trainer.hpp"
#include "run/progress.hpp"
#include "run/run_file.hpp"
#include "run/shared_experiment.hpp"
#include "run/stop_signals.hpp"
#include "run/version.hpp"
#include "schedule/worker.hpp"
#include "store/run_lock.hpp"
#include "train/device.hpp"

namespace clvae::jobs {

namespace {

/// What is worth knowing before a long wait.
void announce(const std::vector<comm::DeviceAssignment>& devices, std::size_t to_train,
              const config::Training& training, Console& console) {
  for (const std::string& line : comm::describe(devices)) console.event(line);
  if (devices.size() > to_train) {
    console.event(fmt::format("note: {} ranks for {} members: {} will have nothing to do",
                              devices.size(), to_train, devices.size() - to_train));
  }
  const unsigned cores = std::thread::hardware_concurrency();
  if (devices.size() == 1 && devices.front().device == "cpu" && training.threads == 1 &&
      cores > 1 && to_train > 1) {
    console.event(fmt::format(
        "note: one process uses one of {} cores; mpirun -np {} clvae ... is faster", cores, cores));
  }
}

/// The job as `/provenance/sessions` keeps it.
std::string describe_session(const std::vector<comm::DeviceAssignment>& devices,
                             std::size_t to_train, const config::Training& training) {
  constexpr std::size_t kMostBytes = 8000;  // the place in the file has an end
  const std::vector<std::string> lines = comm::describe(devices);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  nlohmann::json session{
      {"program_version", run::kVersion},
      {"torch_version", train::torch_version()},
      {"started_at", std::chrono::duration_cast<std::chrono::seconds>(now).count()},
      {"ranks", devices.size()},
      {"threads", training.threads},
      {"hosts", lines.size()},
      {"devices", lines},
      {"members_to_train", to_train}};
  while (session.dump().size() > kMostBytes) session["devices"].erase(session["devices"].end() - 1);
  return session.dump();
}

/// Whether a member can be ready in the time that is left: one that can't be kept halfway is only
/// begun where the slowest so far would be.
bool may_start(const schedule::Task& task, const run::Settings& settings,
               const run::TrainingProgress& progress) {
  constexpr double kReserve = 1.1;  // for members that take a little longer
  const double left = settings.time_limit.seconds_left();
  const auto interval =
      config::parse_checkpoint_interval(settings.config.training.checkpoint_every);
  const bool is_kept = !interval.value().is_never() && methods::method_of(task.kind).keeps_state();
  return left > (is_kept ? 0 : kReserve * progress.longest(task.kind));
}

/// Why the lock of a run is not this job's any more.
std::string reason_of_loss(const run::RunFolder& folder) {
  std::error_code ignored;
  return std::filesystem::exists(folder.lock(), ignored)
             ? "another job has taken the run over"
             : fmt::format("{} was removed", folder.lock());
}

/// Hands the tasks out and trains this rank's share. Collective.
/// \return on rank 0, why members are left; empty where none is
std::string train_members(const comm::Communicator& world, const std::vector<schedule::Task>& tasks,
                          const run::Settings& settings, const run::MemberTrainer& trainer,
                          store::Writer& writer, const run::TrainingProgress::Start& start,
                          const store::RunLock* lock, Console& console) {
  comm::MpiChannel channel(world);
  const schedule::StopSource stop_source = [&]() -> std::optional<std::string> {
    if (const char* signal = run::StopSignals::arrived()) return fmt::format("{} came", signal);
    if (lock != nullptr && lock->is_lost()) return reason_of_loss(settings.folder);
    return settings.time_limit.reason_to_stop();
  };
  const schedule::Begin begin = [&](const schedule::Task& task) {
    return trainer.begin(task, writer);
  };
  if (!world.is_root()) {
    schedule::work(channel, begin, nullptr, stop_source);
    return {};
  }
  run::TrainingProgress progress(console, writer, start);
  int max_attempts = settings.config.ensemble.max_attempts;
  for (const schedule::Task& task : tasks) {
    // A damaged member is made again by the attempt that had succeeded, however late it was.
    max_attempts = std::max(max_attempts, static_cast<int>(task.attempt.value()) + 1);
  }
  schedule::HandOut hand_out(tasks, world.size(), max_attempts);
  hand_out.admit_only(
      [&](const schedule::Task& task) { return may_start(task, settings, progress); });
  schedule::Coordinator coordinator(channel, std::move(hand_out), progress);
  schedule::work(channel, begin, &coordinator, stop_source);
  console.end_live();
  const schedule::HandOut& state = coordinator.state();
  if (state.pending_count() + state.interrupted_count() == 0) return {};
  return progress.stop_reason().empty()
             ? "no member that is left would be ready before the time limit"
             : progress.stop_reason();
}

/// \throws RunError where the run file is gone, with all that was committed to it
void require_run_file(const run::RunFolder& folder) {
  if (folder.has_run_file()) return;
  throw RunError(
      fmt::format("{}: was removed while the job worked on it, and what it had trained "
                  "is lost; the same command begins anew",
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

/// What is left to be done.
struct Work {
  std::vector<schedule::Task> tasks;  ///< the longest first, so that none is left for the end
  std::map<Kind, double> flops;       ///< of one member
  std::map<Kind, double> longest;     ///< seconds of the slowest member that is done
  std::size_t done = 0;               ///< members
  std::size_t attempt_messages = 0;   ///< that the run file has room for, for each member
};

/// Seconds of the slowest member that is done; 0 where none is.
double longest_training(const run::KindState& state) {
  double longest = 0;
  for (std::size_t member = 0; member < state.intact.size(); ++member) {
    const store::MemberProvenance& provenance = state.summary.provenance[member];
    if (!state.intact[member]) continue;
    longest = std::max(longest, provenance.training_seconds + provenance.encoding_seconds);
  }
  return longest;
}

Work remaining_work(const std::vector<run::KindState>& states, const config::Config& config,
                    const data::Experiment& experiment, Console& console) {
  Work work;
  for (const run::KindState& state : states) {
    const Kind kind = state.summary.kind;
    run::warn_of_damage(state, console);
    const auto tasks = run::remaining_tasks(state, config.ensemble.max_attempts);
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

run::TrainingProgress::Start start_of(const Work& work, std::size_t members, int ranks) {
  run::TrainingProgress::Start start;
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

/// Trains every member that the run file does not hold yet. Collective.
/// \return on every rank, why members are left; empty where none is
std::string train_what_is_left(const comm::Communicator& world, const run::Settings& settings,
                               const data::Experiment& experiment,
                               const std::vector<comm::DeviceAssignment>& devices,
                               const store::RunLock* lock, Console& console) {
  const config::Config& config = settings.config;
  const std::string path = settings.folder.run_file();
  std::optional<store::Reader> reader;
  // The file's own, which in an extended or merged run is another than the config's.
  methods::Plan plan;
  comm::together(world, [&] {
    reader.emplace(path);
    plan = run::held_members(*reader);
  });
  const Work work = remaining_work(run::kind_states(world, *reader), config, experiment, console);
  // Rank 0's list counts: another job's commits may show on other hosts at another time.
  const std::size_t to_train = std::stoul(world.broadcast(std::to_string(work.tasks.size())));
  if (to_train == 0) return {};
  announce(devices, to_train, config.training, console);
  std::optional<run::MemberTrainer> trainer;
  comm::together(world, [&] {
    const auto& place = devices.at(static_cast<std::size_t>(world.rank().value()));
    run::require_precision(config, place);
    trainer.emplace(methods::Setting{config, experiment}, plan, place, world.size(),
                    run::Checkpointing(config, settings.folder, experiment.fingerprint));
  });
  store::Writer writer(path, world.get());
  if (world.is_root()) writer.note_session(describe_session(devices, to_train, config.training));
  const std::string stop_reason =
      train_members(world, work.tasks, settings, *trainer, writer,
                    start_of(work, methods::member_count(plan), world.size()), lock, console);
  world.wait_for_all();
  writer.close();
  return world.broadcast(stop_reason);
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

/// Trains what the run is to have of this experiment. Collective. \throws SharedError
void train_on(const comm::Communicator& world, const run::Settings& settings,
              const data::Experiment& experiment, Console& console) {
  const config::Config& config = settings.config;
  methods::Plan plan;
  comm::together(world, [&] {
    run::require_trainable(config, experiment);
    plan = methods::planned_members(config, experiment.inlier_classes.size());
  });
  console.event(run::describe(experiment));
  const auto devices = run::agreed_devices(world, config.training);
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
    stop_reason =
        train_what_is_left(world, settings, experiment, devices, lock ? &*lock : nullptr, console);
  } while (stop_reason.empty() && extend_when_done(world, settings.folder, lock, console));
  comm::together(world, [&] {
    if (!world.is_root()) return;
    require_run_file(settings.folder);
    close_with_result(store::Reader(settings.folder.run_file()), stop_reason, console);
  });
}

}  // namespace

void train(const comm::Communicator& world, const run::Settings& settings, Console& console) {
  std::optional<data::Experiment> experiment = run::agreed_experiment(world, settings.config);
  try {
    train_on(world, settings, *experiment, console);
  } catch (const comm::SharedError&) {
    // All ranks are here, and a sweep goes on: the memory that they share is given back together,
    // which its owner can't do while an exception passes.
    experiment.reset();
    throw;
  }
}

}  // namespace clvae::jobs
