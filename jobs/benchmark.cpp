#include <algorithm>
#include <cstdio>
#include <memory>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "command_line.hpp"
#include "methods/method.hpp"
#include "methods/options.hpp"
#include "run/devices.hpp"
#include "run/experiment.hpp"
#include "run/pace.hpp"
#include "run/preflight.hpp"
#include "run/shared_experiment.hpp"

namespace clvae::jobs {

namespace {

using nlohmann::json;

struct BenchmarkOptions {
  run::ConfigArguments config;
  bool as_json = false;
  double seconds = 3;  ///< of each measurement
};

/// What one rank has measured.
json measure(const comm::Communicator& world, const comm::DeviceAssignment& place,
             const config::Config& config, const data::Experiment& experiment,
             const methods::Plan& plan, double seconds, Console& console) {
  json rank{{"rank", place.rank.value()}, {"host", place.host}, {"device", place.device}};
  comm::together(world, [&] {
    rank["peak_flops"] =
        train::measure_matrix_products(place.device, methods::precision_of(config), seconds)
            .fastest();
  });
  for (const auto& [kind, members] : plan) {
    console.live(fmt::format("measuring {}", name_of(kind)));
    const methods::Method& method = methods::method_of(kind);
    const methods::Setting setting{config, experiment};
    methods::Pace pace;
    comm::together(world, [&] { pace = method.measure_pace(setting, place.device, seconds); });
    const double flops = method.flops_of_sample(setting) * pace.throughput.trained;
    rank["kinds"][std::string(name_of(kind))] = {
        {"trained_per_second", pace.throughput.trained},
        {"encoded_per_second", pace.throughput.encoded},
        {"scored_per_second", pace.throughput.scored},
        {"member_seconds", pace.member_seconds},
        {"lanes", pace.throughput.lanes},
        {"share_of_peak", flops / rank["peak_flops"].get<double>()}};
  }
  console.end_live();
  return rank;
}

/// The smallest, the mean and the largest of one figure of all ranks.
struct Range {
  double low = 0;
  double mean = 0;
  double high = 0;
};

Range range_of(const json& ranks, const json::json_pointer& place) {
  std::vector<double> values;
  for (const json& rank : ranks) values.push_back(rank.at(place).get<double>());
  return {*std::min_element(values.begin(), values.end()),
          std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()),
          *std::max_element(values.begin(), values.end())};
}

json::json_pointer pointer_to(Kind kind, const char* figure) {
  return json::json_pointer(fmt::format("/kinds/{}/{}", name_of(kind), figure));
}

/// How long the members that are left take on these ranks.
json estimate(const json& ranks, const std::map<Kind, std::size_t>& left) {
  std::vector<run::RankPace> paces;
  for (const json& rank : ranks) {
    run::RankPace& pace = paces.emplace_back();
    for (const auto& [kind, count] : left) {
      pace[kind] = {rank.at(pointer_to(kind, "member_seconds")).get<double>(),
                    rank.at(pointer_to(kind, "lanes")).get<int>()};
    }
  }
  std::size_t members = 0;
  for (const auto& [kind, count] : left) members += count;
  return {{"members", members}, {"seconds", run::training_time(left, paces)}};
}

double members_per_hour(const json& ranks, Kind kind) {
  constexpr double kSecondsAnHour = 3600;
  double sum = 0;
  for (const json& rank : ranks) {
    sum += kSecondsAnHour / rank.at(pointer_to(kind, "member_seconds")).get<double>();
  }
  return sum;
}

std::string table_of(const json& ranks, const methods::Plan& plan) {
  std::string text =
      fmt::format("{:<8}{:>11}{:>15}{:>12}{:>11}{:>14}{:>15}\n", "kind", "trained/s",
                  "share of peak", "encoded/s", "scored/s", "one member", "members/hour");
  for (const auto& [kind, members] : plan) {
    const auto mean = [&, kind = kind](const char* figure) {
      return range_of(ranks, pointer_to(kind, figure)).mean;
    };
    const auto rate = [](double value) { return value > 0 ? fmt::format("{:.0f}", value) : "-"; };
    const double share = mean("share_of_peak");
    text += fmt::format("{:<8}{:>11}{:>15}{:>12}{:>11}{:>14}{:>15.4g}\n", name_of(kind),
                        rate(mean("trained_per_second")), share > 0 ? format_share(share) : "-",
                        rate(mean("encoded_per_second")), rate(mean("scored_per_second")),
                        format_duration(mean("member_seconds") * mean("lanes")),
                        members_per_hour(ranks, kind));
  }
  return text;
}

std::string flops_in_words(const Range& range) {
  constexpr double kGiga = 1e9;
  constexpr double kTera = 1e12;
  const bool is_large = range.mean >= kTera;
  const double unit = is_large ? kTera : kGiga;
  return fmt::format("{:.1f} {}FLOP/s a rank ({:.1f} to {:.1f})", range.mean / unit,
                     is_large ? 'T' : 'G', range.low / unit, range.high / unit);
}

/// How many members are trained at a time where it is more than one.
std::string lanes_in_words(const json& ranks, const methods::Plan& plan) {
  double most = 1;
  for (const auto& [kind, members] : plan) {
    most = std::max(most, range_of(ranks, pointer_to(kind, "lanes")).high);
  }
  return most > 1 ? fmt::format(", {:.0f} members at a time", most) : "";
}

std::string report_of(const json& report, const methods::Plan& plan, const config::Config& config,
                      const std::vector<comm::DeviceAssignment>& devices) {
  const json& ranks = report.at("ranks");
  std::string text;
  for (const std::string& line : comm::describe(devices)) text += line + "\n";
  text += fmt::format("products of large {} matrices: {}\n\n", config.training.precision,
                      flops_in_words(range_of(ranks, json::json_pointer("/peak_flops"))));
  text += table_of(ranks, plan);
  text += fmt::format(
      "\nSamples a second are one rank's while all train{}; members an hour those of all {} "
      "ranks.\n",
      lanes_in_words(ranks, plan), ranks.size());
  const json& time = report.at("estimate");
  const auto members = time.at("members").get<std::size_t>();
  if (members == 0) return text + "No member is left to be trained.\n";
  return text + fmt::format(
                    "About {} for the {} members that are left, "
                    "where each is trained for all its epochs.\n",
                    format_duration(time.at("seconds").get<double>()), members);
}

/// Lets every rank train and encode members of each kind for a moment, all at the same time, and
/// tells how fast they are and how long the run will take. Collective. \return on rank 0 the text,
/// or JSON \throws SharedError
std::string benchmark(const comm::Communicator& world, const run::Settings& settings,
                      const BenchmarkOptions& options, Console& console) {
  const config::Config& config = settings.config;
  const data::Experiment experiment =
      run::agreed_experiment(world, config, FeaturePrecision::float64);
  methods::Plan plan;
  std::map<Kind, std::size_t> left;
  comm::together(world, [&] {
    run::require_trainable(config, experiment);
    plan = methods::planned_members(config, experiment.inlier_classes.size());
    if (!world.is_root()) return;
    run::judge_variety(config, experiment, settings.folder.has_run_file());
    left = run::members_left(plan, settings.folder);
  });
  const auto devices = run::agreed_devices(world, config.training);
  run::preflight(world, config.training, devices, console);
  const auto& place = devices.at(static_cast<std::size_t>(world.rank().value()));
  comm::together(world, [&] { run::require_precision(config, place); });
  const json own = measure(world, place, config, experiment, plan, options.seconds, console);
  json report;
  for (const std::string& rank : world.all_gather(own.dump())) {
    report["ranks"].push_back(json::parse(rank));
  }
  if (!world.is_root()) return {};
  report["estimate"] = estimate(report["ranks"], left);
  return options.as_json ? report.dump(2) + "\n" : report_of(report, plan, config, devices);
}

}  // namespace

void add_benchmark(CLI::App& app, Job& job) {
  const auto options = std::make_shared<BenchmarkOptions>();
  CLI::App* command = app.add_subcommand(
      "benchmark", "Tell how fast these ranks train a config's members, and how long it will take");
  command->footer(R"(
Examples:
  mpirun -np 4 clvae benchmark configs/mnist.yaml
  clvae benchmark configs/cifar10.yaml --seconds 10 --json

Trains members of each kind on the config's data for a moment, and keeps nothing.)");
  add_config_options(*command, options->config);
  command->add_option("--seconds", options->seconds, "of each measurement [3]")
      ->check(CLI::Range(0.1, 600.0))
      ->type_name("SECONDS");
  command->add_flag("--json", options->as_json, "as JSON, for programs");
  run_on_all_ranks(*command, job, [=](const comm::Communicator& world, Console& console) {
    const run::Settings settings = run::agreed_settings(world, options->config);
    std::fputs(benchmark(world, settings, *options, console).c_str(), stdout);
  });
}

}  // namespace clvae::jobs
