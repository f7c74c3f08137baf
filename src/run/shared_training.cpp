#include "run/shared_training.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "comm/mpi_channel.hpp"
#include "methods/method.hpp"
#include "run/devices.hpp"
#include "run/epoch_log.hpp"
#include "run/experiment.hpp"
#include "run/lanes.hpp"
#include "run/member_trainer.hpp"
#include "run/progress.hpp"
#include "run/remaining_work.hpp"
#include "run/run_file.hpp"
#include "run/stop_signals.hpp"
#include "run/version.hpp"
#include "schedule/worker.hpp"
#include "train/device.hpp"

namespace clvae::run {

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
      {"program_version", kVersion},
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
bool may_start(const schedule::Task& task, const Settings& settings,
               const TrainingProgress& progress) {
  constexpr double kReserve = 1.1;  // for members that take a little longer
  const double left = settings.time_limit.seconds_left();
  const auto interval =
      config::parse_checkpoint_interval(settings.config.training.checkpoint_every);
  const bool is_kept = !interval.value().is_never() && methods::method_of(task.kind).keeps_state();
  return left > (is_kept ? 0 : kReserve * progress.longest(task.kind));
}

/// Why the lock of a run is not this job's any more.
std::string reason_of_loss(const RunFolder& folder) {
  std::error_code ignored;
  return std::filesystem::exists(folder.lock(), ignored)
             ? "another job has taken the run over"
             : fmt::format("{} was removed", folder.lock());
}

/// The kinds of the tasks, each once.
std::vector<Kind> kinds_of(const std::vector<schedule::Task>& tasks) {
  std::vector<Kind> kinds;
  for (const schedule::Task& task : tasks) {
    if (std::find(kinds.begin(), kinds.end(), task.kind) == kinds.end()) kinds.push_back(task.kind);
  }
  return kinds;
}

/// Hands the tasks out and trains this rank's share. Collective. \param epochs on rank 0
/// \return on rank 0, why members are left; empty where none is
std::string train_members(const comm::Communicator& world, const std::vector<schedule::Task>& tasks,
                          const Settings& settings, const MemberTrainer& trainer, int lanes,
                          store::Writer& writer, EpochLog* epochs,
                          const TrainingProgress::Start& start, const store::RunLock* lock,
                          Console& console) {
  comm::MpiChannel channel(world);
  const schedule::StopSource stop_source = [&]() -> std::optional<std::string> {
    if (const char* signal = StopSignals::arrived()) return fmt::format("{} came", signal);
    if (lock != nullptr && lock->is_lost()) return reason_of_loss(settings.folder);
    return settings.time_limit.reason_to_stop();
  };
  const schedule::Begin begin = [&](const schedule::Task& task) {
    return trainer.begin(task, writer);
  };
  if (!world.is_root()) {
    schedule::work(channel, begin, nullptr, stop_source, lanes);
    return {};
  }
  TrainingProgress progress(console, writer, *epochs, start);
  int max_attempts = settings.config.ensemble.max_attempts;
  for (const schedule::Task& task : tasks) {
    // A damaged member is made again by the attempt that had succeeded, however late it was.
    max_attempts = std::max(max_attempts, static_cast<int>(task.attempt.value()) + 1);
  }
  schedule::HandOut hand_out(tasks, world.size(), max_attempts);
  hand_out.admit_only(
      [&](const schedule::Task& task) { return may_start(task, settings, progress); });
  schedule::Coordinator coordinator(channel, std::move(hand_out), progress);
  schedule::work(channel, begin, &coordinator, stop_source, lanes);
  console.end_live();
  const schedule::HandOut& state = coordinator.state();
  if (state.pending_count() + state.interrupted_count() == 0) return {};
  return progress.stop_reason().empty()
             ? "no member that is left would be ready before the time limit"
             : progress.stop_reason();
}

}  // namespace

std::string train_what_is_left(const comm::Communicator& world, const Settings& settings,
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
    plan = held_members(*reader);
  });
  const std::vector<KindState> states = kind_states(world, *reader);
  const Work work = remaining_work(states, config, experiment, console);
  std::optional<EpochLog> epochs;  // of rank 0
  comm::together(world, [&] {
    if (!world.is_root()) return;
    epochs.emplace(settings, experiment, plan,
                   [&](const std::string& message) { console.warning(message); });
    epochs->begin(*reader, states, work.tasks);
  });
  // Rank 0's list counts: another job's commits may show on other hosts at another time.
  const std::size_t to_train = std::stoul(world.broadcast(std::to_string(work.tasks.size())));
  if (to_train == 0) return {};
  announce(devices, to_train, config.training, console);
  std::optional<MemberTrainer> trainer;
  comm::together(world, [&] {
    const auto& place = devices.at(static_cast<std::size_t>(world.rank().value()));
    require_precision(config, place);
    trainer.emplace(methods::Setting{config, experiment}, plan, place, world.size(),
                    Checkpointing(config, settings.folder, experiment.fingerprint));
  });
  const int lanes = agreed_lanes(world, config, devices, *trainer, kinds_of(work.tasks), console);
  store::Writer writer(path, world.get());
  if (world.is_root()) writer.note_session(describe_session(devices, to_train, config.training));
  const std::string stop_reason = train_members(
      world, work.tasks, settings, *trainer, lanes, writer, epochs ? &*epochs : nullptr,
      start_of(work, methods::member_count(plan), world.size()), lock, console);
  world.wait_for_all();
  writer.close();
  comm::together(world, [&] {
    // Where the run is another job's by now, the table is as well.
    if (epochs && !lock->is_lost()) epochs->close(*reader);
  });
  return world.broadcast(stop_reason);
}

}  // namespace clvae::run
