#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <thread>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "core/nearest.hpp"
#include "embed/trained_run.hpp"
#include "run/experiment.hpp"
#include "run/run_file.hpp"
#include "run/standing.hpp"
#include "run/stop_signals.hpp"
#include "store/reader.hpp"

namespace clvae::jobs {

namespace {

using Json = nlohmann::ordered_json;

struct InfoOptions {
  std::string run;
  bool as_json = false;
  bool verify = false;  ///< take the checksums of all members that are done
  bool watch = false;
  double every = 3;  ///< seconds, between two looks
};

const char* word_for(store::MemberState state) {
  switch (state) {
    case store::MemberState::pending:
      return "pending";
    case store::MemberState::done:
      return "done";
    case store::MemberState::failed:
      return "failed";
  }
  return "";
}

Json member_json(const store::KindSummary& summary, std::size_t member) {
  const store::CommitRecord& record = summary.commits[member];
  Json described{{"index", member}, {"state", word_for(record.state)}};
  Json messages = Json::array();
  for (const std::string& message : summary.attempt_messages[member]) {
    if (!message.empty()) messages.push_back(message);
  }
  if (!messages.empty()) described["failed_attempts"] = std::move(messages);
  if (record.state != store::MemberState::done) return described;
  const store::MemberProvenance& provenance = summary.provenance[member];
  described["attempt"] = record.attempt;
  described["epochs_run"] = record.epochs_run;
  described["best_epoch"] = record.best_epoch;
  described["started_at"] = provenance.started_at;
  described["training_seconds"] = provenance.training_seconds;
  described["encoding_seconds"] = provenance.encoding_seconds;
  described["rank"] = provenance.rank;
  described["host"] = provenance.host;
  described["device"] = provenance.device;
  return described;
}

Json kind_json(const store::Reader& reader, Kind kind, bool verify) {
  const store::KindSummary summary = reader.summary(kind);
  std::size_t counts[3] = {0, 0, 0};
  Json members = Json::array();
  Json damaged = Json::array();
  for (std::size_t member = 0; member < summary.members; ++member) {
    const store::MemberState state = summary.commits[member].state;
    ++counts[static_cast<std::size_t>(state)];
    members.push_back(member_json(summary, member));
    const MemberIndex index{static_cast<std::uint32_t>(member)};
    if (!verify) continue;
    std::string damage = reader.damage_of(kind, index);
    if (damage.empty()) continue;
    damaged.push_back(member);
    members.back()["damage"] = std::move(damage);
  }
  Json described{{"kind", name_of(kind)}, {"requested", summary.members},
                 {"done", counts[1]},     {"failed", counts[2]},
                 {"pending", counts[0]},  {"latent_dim", summary.latent_dim}};
  if (verify) described["damaged"] = std::move(damaged);
  described["members"] = std::move(members);
  return described;
}

Json run_json(const store::Reader& reader, const InfoOptions& options) {
  const auto names = [&](const std::vector<std::int32_t>& classes) {
    return embed::names_of_classes({classes.begin(), classes.end()}, reader.class_names());
  };
  Json described{{"run_file", reader.path()},
                 {"schema_version", store::kSchemaVersion},
                 {"program_version", reader.program_version()},
                 {"dataset", reader.dataset_name()},
                 {"dataset_fingerprint", reader.dataset_fingerprint()},
                 {"inlier_classes", names(reader.inlier_classes())},
                 {"outlier_classes", names(reader.outlier_classes())}};
  for (const char* part : {"train", "validation", "test"}) {
    described["samples"][part] = reader.samples(part).labels.size();
  }
  for (const Kind kind : reader.kinds()) {
    described["kinds"].push_back(kind_json(reader, kind, options.verify));
  }
  described["sessions"] = Json::array();
  for (const std::string& session : reader.sessions()) {
    // A text that was cut is no JSON; it is shown as it is.
    Json parsed = Json::parse(session, nullptr, false);
    described["sessions"].push_back(parsed.is_discarded() ? Json(session) : parsed);
  }
  for (const std::string& source : reader.merged_from()) {
    Json parsed = Json::parse(source, nullptr, false);
    described["merged_from"].push_back(parsed.is_discarded() ? Json(source) : parsed);
  }
  described["config"] = reader.config();
  return described;
}

/// The members of a run that was trained as one follow from its config. \throws RunFileError
void require_own_plan(const store::Reader& reader) {
  if (!reader.merged_from().empty()) return;
  const config::Config config = config::parse_stored(reader.config(), reader.path() + ":/config");
  run::require_planned_members(reader,
                               methods::planned_members(config, reader.inlier_classes().size()));
}

std::string utc(std::int64_t seconds) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::string listed(const Json& words) { return joined(words.get<std::vector<std::string>>()); }

std::string member_lines(const Json& kind) {
  std::string text;
  double training_seconds = 0;
  for (const Json& member : kind["members"]) {
    const auto index = member["index"].get<std::size_t>();
    if (member["state"] == "done") training_seconds += member["training_seconds"].get<double>();
    if (!member.contains("failed_attempts")) continue;
    for (const Json& message : member["failed_attempts"]) {
      text += fmt::format("            member {} ({}): {}\n", index,
                          member["state"].get<std::string>(), message.get<std::string>());
    }
  }
  const auto done = kind["done"].get<std::size_t>();
  if (done > 0) {
    text +=
        fmt::format("            {} of training, {} a member\n", format_duration(training_seconds),
                    format_duration(training_seconds / static_cast<double>(done)));
  }
  if (!kind.contains("damaged")) return text;
  if (kind["damaged"].empty()) return text + "            all checksums hold\n";
  for (const Json& member : kind["damaged"]) {
    text += fmt::format("            damaged: member {}: {}\n", member.get<std::size_t>(),
                        kind["members"][member.get<std::size_t>()]["damage"].get<std::string>());
  }
  return text;
}

/// One line for each run that members were merged from.
std::string merged_lines(const Json& sources) {
  std::string text;
  for (const Json& source : sources) {
    if (!source.is_object() || !source.contains("run_file")) continue;
    std::vector<std::string> members;
    const Json listed_members = source.value("members", Json::object());
    for (const auto& [kind, ranges] : listed_members.items()) {
      members.push_back(kind + " " + ranges.get<std::string>());
    }
    text += fmt::format("{:<12}{}, ensemble seed {}: {}\n", "merged from",
                        source["run_file"].get<std::string>(), source["ensemble_seed"].dump(),
                        fmt::join(members, "; "));
  }
  return text;
}

std::string as_text(const Json& run) {
  std::string text =
      fmt::format("{}: schema {}, written by clvae {}\n\n", run["run_file"].get<std::string>(),
                  run["schema_version"].get<int>(), run["program_version"].get<std::string>());
  text += fmt::format("dataset     {}, fingerprint {}\n", run["dataset"].get<std::string>(),
                      run["dataset_fingerprint"].get<std::string>());
  text += fmt::format("outliers    {}\n", listed(run["outlier_classes"]));
  text += fmt::format("inliers     {}\n", listed(run["inlier_classes"]));
  const Json& samples = run["samples"];
  text += fmt::format("samples     {} training, {} validation, {} test\n", samples["train"].dump(),
                      samples["validation"].dump(), samples["test"].dump());
  for (const Json& kind : run["kinds"]) {
    text += fmt::format("{:<12}{} of {} members done, {} failed, {} pending\n",
                        kind["kind"].get<std::string>(), kind["done"].dump(),
                        kind["requested"].dump(), kind["failed"].dump(), kind["pending"].dump());
    text += member_lines(kind);
  }
  for (const Json& session : run["sessions"]) {
    if (!session.is_object() || !session.contains("started_at")) continue;
    text += fmt::format("session     {}: {} ranks on {} hosts, {} members to train\n",
                        utc(session["started_at"].get<std::int64_t>()), session["ranks"].dump(),
                        session["hosts"].dump(), session["members_to_train"].dump());
  }
  if (run.contains("merged_from")) text += merged_lines(run["merged_from"]);
  return text + "\nconfig\n\n" + run["config"].get<std::string>();
}

/// Prints what a run holds. \throws RunError where members are damaged; RunFileError, to verify
/// also where seeds or permutations are not the config's
void info(const InfoOptions& options) {
  const run::RunFolder folder = run::RunFolder::find(options.run);
  const store::Reader reader(folder.run_file());
  if (options.verify) require_own_plan(reader);
  const Json run = run_json(reader, options);
  const std::string text = options.as_json
                               ? run.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"
                               : as_text(run);
  std::fputs(text.c_str(), stdout);
  if (!options.verify) return;
  std::size_t damaged = 0;
  for (const Json& kind : run["kinds"]) damaged += kind["damaged"].size();
  if (damaged == 0) return;
  throw RunError(fmt::format("{}: {} damaged member{}; clvae run trains anew what is damaged",
                             folder.run_file(), damaged, damaged == 1 ? "" : "s"));
}

/// Waits, unless a signal comes. \return whether none came
bool wait_for(double seconds) {
  constexpr std::chrono::milliseconds kStep{100};
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < end) {
    if (run::StopSignals::arrived() != nullptr) return false;
    std::this_thread::sleep_for(kStep);
  }
  return run::StopSignals::arrived() == nullptr;
}

/// Puts lines in the place of those that stand there, on a terminal.
void redraw(const std::vector<std::string>& lines, std::size_t& standing) {
  if (standing > 0) fmt::print("\x1b[{}A\x1b[J", standing);
  fmt::print("{}\n", fmt::join(lines, "\n"));
  std::fflush(stdout);
  standing = lines.size();
}

/// Tells how a run goes on until it is complete or a signal comes: on a terminal in one place,
/// elsewhere a line for whatever is new.
void watch(const InfoOptions& options) {
  constexpr std::size_t kMostMembers = 20;
  const run::StopSignals signals;
  const run::RunFolder folder = run::RunFolder::find(options.run);
  Console console(stdout);
  run::RunStanding now = run::standing_of(folder);
  std::vector<std::string> lines = run::describe(now, kMostMembers);
  std::size_t drawn = 0;
  while (true) {
    if (console.is_live()) {
      redraw(lines, drawn);
    } else {
      for (const std::string& line : lines) console.event(line);
    }
    if (now.is_complete() || !wait_for(options.every)) return;
    const run::RunStanding before = std::exchange(now, run::standing_of(folder));
    lines = console.is_live() ? run::describe(now, kMostMembers) : run::news(before, now);
  }
}

}  // namespace

void add_info(CLI::App& app, Job& job) {
  const auto options = std::make_shared<InfoOptions>();
  CLI::App* command = app.add_subcommand("info", "Tell what a run holds: members, config, times");
  command->footer(R"(
Examples:
  clvae info runs/mnist --verify
  clvae info runs/mnist --json | jq .kinds[0].done
  clvae info runs/mnist --watch

May be asked at any time, also while the run is training.)");
  add_run_option(*command, options->run);
  CLI::Option* as_json = command->add_flag("--json", options->as_json, "as JSON, for programs");
  CLI::Option* verify = command->add_flag(
      "--verify", options->verify,
      "read all members and compare their checksums; exit status 1 where one is damaged");
  CLI::Option* watched =
      command
          ->add_flag("--watch", options->watch,
                     "tell how the training goes on, until it is complete or Ctrl-C")
          ->excludes(as_json)
          ->excludes(verify);
  constexpr double kMostSeconds = 3600;
  command->add_option("--every", options->every, "seconds between two looks of --watch [3]")
      ->check(CLI::Range(0.1, kMostSeconds))
      ->needs(watched)
      ->type_name("SECONDS");
  run_alone(*command, job, [=] { options->watch ? watch(*options) : info(*options); });
}

}  // namespace clvae::jobs
