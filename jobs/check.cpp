#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "core/console.hpp"
#include "core/nearest.hpp"
#include "data/sample_words.hpp"
#include "evaluate/run_ensemble.hpp"
#include "evaluate/set_list.hpp"
#include "methods/architecture.hpp"
#include "methods/centres.hpp"
#include "methods/method.hpp"
#include "networks/centres.hpp"
#include "run/devices.hpp"
#include "run/experiment.hpp"
#include "run/pace.hpp"
#include "run/preflight.hpp"
#include "run/run_file.hpp"
#include "store/creation.hpp"

namespace clvae::jobs {

namespace {

/// What is there already. \throws RunFileError where it is another experiment's
std::string describe_run(const run::Settings& settings, const store::Contents& contents) {
  if (!settings.folder.has_run_file()) return "new";
  const store::Reader reader(settings.folder.run_file());
  run::require_same_experiment(reader, settings.config, contents);
  std::vector<std::string> counts;
  for (const Kind kind : reader.kinds()) {
    const store::KindSummary summary = reader.summary(kind);
    const auto done = std::count_if(
        summary.commits.begin(), summary.commits.end(),
        [](const store::CommitRecord& record) { return record.state == store::MemberState::done; });
    counts.push_back(fmt::format("{} of {} {}", done, summary.members, name_of(kind)));
  }
  return fmt::format("is there; done: {} members", joined(counts));
}

/// One line for each kind.
std::string describe_plan(const methods::Plan& plan, const config::Config& config,
                          const data::Experiment& experiment) {
  const methods::Setting setting{config, experiment};
  std::string text;
  for (const auto& [kind, members] : plan) {
    const methods::Method& method = methods::method_of(kind);
    text +=
        fmt::format("{:<10}{} member{} of kind {}, each {} parameters and at most {:.3g} TFLOP\n",
                    text.empty() ? "plan" : "", members.size(), members.size() == 1 ? "" : "s",
                    name_of(kind), method.parameters(setting), method.flops(setting) / 1e12);
  }
  return text;
}

std::string describe_centres(const config::Config& config, std::size_t classes) {
  return fmt::format(
      "centres   {} at radius {}, at least {:.3g} apart, {}; {} permutations\n", classes,
      config.model.centre_radius,
      networks::smallest_distance(methods::centres_of(config, classes), config.model.latent_dim),
      config.model.centres, config.ensemble.permutation);
}

bool has_centres(const methods::Plan& plan) {
  return std::any_of(plan.begin(), plan.end(), [](const auto& members) {
    return methods::method_of(members.first).has_centres();
  });
}

double largest_memory(const methods::Plan& plan, const config::Config& config,
                      const data::Experiment& experiment) {
  double bytes = 0;
  for (const auto& [kind, members] : plan) {
    bytes = std::max(bytes, methods::method_of(kind).memory({config, experiment}));
  }
  return bytes;
}

std::string describe_memory(const methods::Plan& plan, const config::Config& config,
                            const data::Experiment& experiment) {
  const double rank = largest_memory(plan, config, experiment);
  const auto samples = static_cast<double>(data::memory_needed(experiment));
  if (!run::reads_blocks(config)) {
    return fmt::format("memory    about {} a rank, and {} of samples once a host\n",
                       format_bytes(rank), format_bytes(samples));
  }
  const double buffer =
      std::min(samples, static_cast<double>(config.dataset.blocks.buffer) * 1024 * 1024);
  return fmt::format("memory    about {} a rank, of which {} for blocks of the {} of samples\n",
                     format_bytes(rank + buffer), format_bytes(buffer), format_bytes(samples));
}

/// How long the members that are left would take, from a moment of training.
std::string describe_time(const run::Settings& settings, const data::Experiment& experiment,
                          const methods::Plan& plan) {
  constexpr double kSeconds = 0.3;
  const std::map<Kind, std::size_t> left = run::members_left(plan, settings.folder);
  std::size_t members = 0;
  for (const auto& [kind, count] : left) members += count;
  if (members == 0) return "no member is left to be trained";
  std::string device;
  std::string notes;
  try {
    const comm::DeviceAssignment place = run::own_device(settings.config.training);
    // The run may be meant for another machine than this one, so this is no error here.
    run::require_precision(settings.config, place);
    for (const run::Finding& finding : run::findings_here(settings.config.training, place)) {
      if (finding.is_fatal) return fmt::format("not known: {}", finding.message);
      notes += fmt::format("\nnote      {}", finding.message);
    }
    device = place.device;
  } catch (const UsageError& error) {
    return fmt::format("not known: {}", error.what());
  }
  run::RankPace rank;
  try {
    for (const auto& [kind, count] : left) {
      const methods::Pace pace =
          methods::method_of(kind).measure_pace({settings.config, experiment}, device, kSeconds);
      rank[kind] = {pace.member_seconds, pace.throughput.lanes};
    }
  } catch (const AttemptError& error) {
    // A member that fails is no reason not to train the others, here as in a run.
    return fmt::format("not known: {}", error.what());
  }
  return fmt::format("about {} of one rank on {} for {} members; clvae benchmark tells more{}",
                     format_duration(run::training_time(left, {rank})), device, members, notes);
}

/// Free bytes where the folder is or will be.
double free_space(const std::string& folder) {
  std::error_code ignored;
  return static_cast<double>(
      std::filesystem::space(run::nearest_folder(folder), ignored).available);
}

/// Reads config and data. \return what the run would be, and need
std::string describe_run_to_be(const run::Settings& settings) {
  const config::Config& config = settings.config;
  const data::Experiment experiment =
      run::load_experiment(config, run::precision_of(settings.folder));
  run::require_trainable(config, experiment);
  const networks::ArchitecturePtr architecture = methods::architecture_of(config, experiment.shape);
  const std::size_t classes = experiment.inlier_classes.size();
  const methods::Plan plan = methods::planned_members(config, classes);
  const store::Contents contents = run::run_contents(config, experiment, plan);
  const std::size_t batch = static_cast<std::size_t>(config.training.batch_size);
  const std::size_t steps = (experiment.train.size() + batch - 1) / batch;

  std::string text = fmt::format("data      {}\n", run::describe(experiment));
  std::vector<std::string> warnings = experiment.warnings;
  warnings.push_back(run::judge_variety(config, experiment, settings.folder.has_run_file()));
  for (const std::string& warning : warnings) {
    if (!warning.empty()) text += fmt::format("          warning: {}\n", warning);
  }
  text += fmt::format("{:<10}{}\n", data::words_of(experiment.shape).samples,
                      data::size_in_words(experiment.shape));
  text +=
      fmt::format("networks  {}, d = {}\n", architecture->describe(), architecture->latent_dim());
  if (has_centres(plan)) text += describe_centres(config, classes);
  text += describe_plan(plan, config, experiment);
  text += fmt::format("training  at most {} epochs of {} steps of {} samples, in {}\n",
                      config.training.epochs, steps, batch, config.training.precision);
  text += describe_memory(plan, config, experiment);
  text += fmt::format("time      {}\n", describe_time(settings, experiment, plan));
  const char* heading = "evaluate";
  for (const std::string& line :
       evaluate::checked_sets(config.evaluation, evaluate::sample_form_of(experiment, config))) {
    text += fmt::format("{:<10}{}\n", heading, line);
    heading = "";
  }
  text += fmt::format("disk      {} for the run file; {} free\n",
                      format_bytes(static_cast<double>(store::size_needed(contents))),
                      format_bytes(free_space(settings.folder.path())));
  text +=
      fmt::format("run       {}: {}\n", settings.folder.path(), describe_run(settings, contents));
  return text;
}

}  // namespace

void add_check(CLI::App& app, Job& job) {
  const auto arguments = std::make_shared<run::ConfigArguments>();
  CLI::App* command = app.add_subcommand(
      "check", "Read config and data; tell the plan, time, memory and disk; keep nothing");
  command->footer("\nExamples:\n  clvae check configs/cifar10.yaml --set model.latent_dim=8");
  add_config_options(*command, *arguments);
  run_alone(*command, job,
            [=] { std::fputs(describe_run_to_be(run::settings_of(*arguments)).c_str(), stdout); });
}

}  // namespace clvae::jobs
