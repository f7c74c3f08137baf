#include "run/run_file.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "store/creation.hpp"

namespace clvae::run {

namespace {

/// Keys that a run file answers for itself: how many members it holds, and, where they come from
/// several runs, their seeds.
bool is_answered_by_file(const std::string& key, bool is_merged) {
  return methods::is_size_key(key) || (is_merged && key == "ensemble.seed");
}

/// Whether a key is only worded otherwise: a class by its number or by its name.
bool is_same_otherwise(const std::string& key, const store::Reader& reader,
                       const store::Contents& contents) {
  if (reader.class_names() != contents.class_names) return false;
  if (key == "dataset.outlier_classes") return reader.outlier_classes() == contents.outlier_classes;
  // The classes that are in a run are told by its attributes, those that are left out by none.
  return key == "dataset.excluded_classes" && reader.inlier_classes() == contents.inlier_classes &&
         reader.outlier_classes() == contents.outlier_classes;
}

void require_same_config(const store::Reader& reader, const config::Config& wanted_config,
                         const store::Contents& contents) {
  const config::Config stored = config::parse_stored(reader.config(), reader.path() + ":/config");
  const bool is_merged = !reader.merged_from().empty();
  std::string kept;
  std::string wanted;
  for (const config::Difference& difference :
       config::differences(stored, wanted_config, config::KeyClass::identity)) {
    if (is_answered_by_file(difference.key, is_merged) ||
        is_same_otherwise(difference.key, reader, contents)) {
      continue;
    }
    const char* separator = kept.empty() ? "" : ", ";
    kept += fmt::format("{}{}: {}", separator, difference.key, difference.stored);
    wanted += fmt::format("{}{}: {}", separator, difference.key, difference.wanted);
  }
  if (kept.empty()) return;
  throw RunFileError(
      reader.path(), "/config", kept,
      fmt::format("{} as the config has it; another run needs another --output", wanted));
}

/// The command that makes room for as many members as the config wants.
std::string extend_command(const store::Reader& reader, const config::Config& wanted,
                           const methods::Plan& planned) {
  std::string size;
  std::string sizes;
  for (const auto& [kind, members] : planned) {
    if (members.size() <= reader.summary(kind).members) continue;
    const std::string key = methods::size_key(kind, wanted.ensemble);
    if (key == methods::kSizeKey) {
      size = fmt::format(" --size {}", members.size());
    } else {
      sizes += fmt::format(" --set {}={}", key, members.size());
    }
  }
  const std::string folder = std::filesystem::path(reader.path()).parent_path().string();
  return fmt::format("clvae extend {}{}{}", folder.empty() ? "." : folder, size, sizes);
}

/// \throws RunFileError where the config wants members that the file has no places for
void require_places(const store::Reader& reader, const config::Config& wanted,
                    const methods::Plan& planned) {
  for (const auto& [kind, members] : planned) {
    const std::size_t places = reader.summary(kind).members;
    if (members.size() <= places) continue;
    throw RunFileError(
        reader.path(), fmt::format("/members/{}", name_of(kind)), fmt::format("{} members", places),
        fmt::format("{} as the config has it; {}", members.size(),
                    reader.merged_from().empty()
                        ? extend_command(reader, wanted, planned) + " makes room for them"
                        : "a merged run does not grow: "
                          "extend the runs that it is made of, and merge them again"));
  }
}

/// Says where the file holds more than the config asks for.
void note_larger_sizes(const store::Reader& reader, const methods::Plan& planned,
                       Console& console) {
  for (const auto& [kind, members] : planned) {
    const std::size_t places = reader.summary(kind).members;
    if (places <= members.size()) continue;
    console.event(
        fmt::format("note: {} has places for {} {} members, the config asks for {}: "
                    "the run goes on with all of them",
                    reader.path(), places, name_of(kind), members.size()));
  }
}

void require_same_data(const store::Reader& reader, const store::Contents& contents) {
  if (reader.dataset_fingerprint() == contents.dataset_fingerprint) return;
  throw RunFileError(reader.path(), "attribute dataset_fingerprint",
                     fmt::format("{} ({})", reader.dataset_fingerprint(), reader.dataset_name()),
                     fmt::format("{} ({}), the fingerprint of the data that the config names",
                                 contents.dataset_fingerprint, contents.dataset_name));
}

/// The samples follow from data and config: others were damaged.
void require_same_samples(const store::Reader& reader, const store::Contents& contents) {
  for (const store::SampleTable& wanted : contents.parts) {
    const store::SampleTable held = reader.samples(wanted.part);
    if (held.labels == wanted.labels && held.original_index == wanted.original_index &&
        held.original_split == wanted.original_split && held.is_outlier == wanted.is_outlier) {
      continue;
    }
    throw RunFileError(reader.path(), "/" + wanted.part, "other samples",
                       "those that follow from the data and the config");
  }
}

/// Attempts that failed before, as far as is known.
std::uint32_t failed_attempts(const std::vector<std::string>& messages) {
  return static_cast<std::uint32_t>(std::find(messages.begin(), messages.end(), std::string()) -
                                    messages.begin());
}

/// By which attempt a member that was damaged became what it was. The record may be what is
/// damaged: it is asked only where more attempts failed than there is room for messages.
Attempt succeeded_attempt(const store::KindSummary& summary, std::size_t member) {
  constexpr std::uint32_t kMostAttempts = 100;  // that a config can allow
  const std::vector<std::string>& messages = summary.attempt_messages[member];
  const std::uint32_t failed = failed_attempts(messages);
  const std::uint32_t recorded = summary.commits[member].attempt;
  const bool is_recorded = failed == messages.size() && recorded < kMostAttempts;
  return Attempt{is_recorded ? std::max(failed, recorded) : failed};
}

}  // namespace

FeaturePrecision precision_of(const RunFolder& folder) {
  if (!folder.has_run_file()) return FeaturePrecision::float64;
  return store::Reader(folder.run_file()).features().precision;
}

void require_same_experiment(const store::Reader& reader, const config::Config& wanted,
                             const store::Contents& contents) {
  require_same_config(reader, wanted, contents);
  require_same_data(reader, contents);
  require_same_samples(reader, contents);
  const methods::Plan planned = methods::planned_members(wanted, contents.inlier_classes.size());
  require_places(reader, wanted, planned);
  if (reader.merged_from().empty()) require_planned_members(reader, planned);
}

void require_planned_members(const store::Reader& reader, const methods::Plan& planned) {
  const methods::Plan held = held_members(reader);
  for (const auto& [kind, members] : planned) {
    const std::vector<methods::Member>& there = held.at(kind);
    const std::size_t common = std::min(members.size(), there.size());
    for (std::size_t i = 0; i < common; ++i) {
      if (members[i].seed == there[i].seed && members[i].permutation == there[i].permutation) {
        continue;
      }
      const char* item = members[i].seed == there[i].seed ? "permutations" : "seeds";
      throw RunFileError(
          reader.path(), fmt::format("/members/{}/{}", name_of(kind), item),
          fmt::format("another seed or permutation of member {}", i),
          "those that follow from the config's ensemble.seed and ensemble.permutation");
    }
  }
}

methods::Plan held_members(const store::Reader& reader) {
  methods::Plan held;
  const auto classes = static_cast<std::ptrdiff_t>(reader.inlier_classes().size());
  for (const Kind kind : reader.kinds()) {
    const std::vector<std::int32_t> permutations = reader.permutations(kind);
    std::vector<methods::Member>& members = held[kind];
    for (const std::uint64_t seed : reader.seeds(kind)) {
      methods::Member member;
      member.kind = kind;
      member.index = MemberIndex{static_cast<std::uint32_t>(members.size())};
      member.seed = Seed{seed};
      if (!permutations.empty()) {
        const auto begin =
            permutations.begin() + static_cast<std::ptrdiff_t>(members.size()) * classes;
        member.permutation.assign(begin, begin + classes);
      }
      members.push_back(std::move(member));
    }
  }
  return held;
}

void create_or_compare(const Settings& settings, const store::Contents& contents,
                       Console& console) {
  const std::string path = settings.folder.run_file();
  if (!settings.folder.has_run_file()) {
    console.event(fmt::format("creating {} ({})", path,
                              format_bytes(static_cast<double>(store::size_needed(contents)))));
    store::create(path, contents, [&](const std::string& line) { console.warning(line); });
    return;
  }
  settings.folder.require_writable_run_file();
  const store::Reader reader(path);
  require_same_experiment(reader, settings.config, contents);
  note_larger_sizes(
      reader, methods::planned_members(settings.config, contents.inlier_classes.size()), console);
}

std::vector<bool> intact_members(const comm::Communicator& world, const store::Reader& reader,
                                 Kind kind) {
  std::string own;  // one '1' or '0' for each member that is this rank's to read
  std::size_t members = 0;
  const auto ranks = static_cast<std::size_t>(world.size());
  comm::together(world, [&] {
    members = reader.summary(kind).members;
    for (auto member = static_cast<std::size_t>(world.rank().value()); member < members;
         member += ranks) {
      own += reader.is_intact(kind, MemberIndex{static_cast<std::uint32_t>(member)}) ? '1' : '0';
    }
  });
  const std::vector<std::string> all = world.all_gather(own);
  std::vector<bool> intact;
  for (std::size_t member = 0; member < members; ++member) {
    intact.push_back(all[member % ranks].at(member / ranks) == '1');
  }
  return intact;
}

std::size_t KindState::done() const {
  return static_cast<std::size_t>(std::count(intact.begin(), intact.end(), true));
}

std::vector<KindState> kind_states(const comm::Communicator& world, const store::Reader& reader) {
  std::vector<KindState> states;
  for (const Kind kind : reader.kinds()) {
    KindState state;
    state.intact = intact_members(world, reader, kind);
    comm::together(world, [&] { state.summary = reader.summary(kind); });
    states.push_back(std::move(state));
  }
  return states;
}

void warn_of_damage(const KindState& state, Console& console) {
  const store::KindSummary& summary = state.summary;
  for (std::size_t member = 0; member < summary.members; ++member) {
    if (state.intact[member] || summary.commits[member].state != store::MemberState::done) continue;
    console.warning(
        fmt::format("{} member {} was done, but its values and its record don't fit together",
                    name_of(summary.kind), member));
  }
}

std::vector<schedule::Task> remaining_tasks(const KindState& state, int max_attempts) {
  const store::KindSummary& summary = state.summary;
  const auto allowed = static_cast<std::uint32_t>(max_attempts);
  std::vector<schedule::Task> tasks;
  for (std::size_t member = 0; member < summary.members; ++member) {
    if (state.intact[member]) continue;
    const store::CommitRecord& record = summary.commits[member];
    const MemberIndex index{static_cast<std::uint32_t>(member)};
    if (record.state == store::MemberState::done) {  // and damaged since
      tasks.push_back({summary.kind, index, succeeded_attempt(summary, member)});
    } else if (record.state == store::MemberState::pending) {
      // A job that was killed between its last attempt and the record of it makes that one anew.
      const std::uint32_t attempt = failed_attempts(summary.attempt_messages[member]);
      tasks.push_back({summary.kind, index, Attempt{std::min(attempt, allowed - 1)}});
    } else if (record.attempt + 1 < allowed) {
      tasks.push_back({summary.kind, index, Attempt{record.attempt + 1}});
    }
  }
  return tasks;
}

}  // namespace clvae::run
