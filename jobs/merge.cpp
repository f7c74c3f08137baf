#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "core/nearest.hpp"
#include "methods/plan.hpp"
#include "run/run_file.hpp"
#include "run/version.hpp"
#include "store/assembly.hpp"

namespace clvae::jobs {

namespace {

struct MergeOptions {
  std::vector<std::string> runs;
  std::string output;
};

/// One of the runs that are merged.
struct Source {
  store::Reader reader;
  config::Config config;
};

Source open_source(const run::RunFolder& folder) {
  store::Reader reader(folder.run_file());
  config::Config config = config::parse_stored(reader.config(), reader.path() + ":/config");
  return {std::move(reader), std::move(config)};
}

/// \throws RunFileError where members of the two would not be of one ensemble
void require_same_experiment(const Source& first, const Source& other) {
  for (const config::Difference& difference :
       config::differences(first.config, other.config, config::KeyClass::identity)) {
    if (methods::is_size_key(difference.key) || difference.key == "ensemble.seed") continue;
    throw RunFileError(
        other.reader.path(), "/config", fmt::format("{}: {}", difference.key, difference.wanted),
        fmt::format("{} as in {}; only ensemble.seed and sizes may differ between runs that are "
                    "merged",
                    difference.stored, first.reader.path()));
  }
  if (first.reader.dataset_fingerprint() != other.reader.dataset_fingerprint()) {
    throw RunFileError(other.reader.path(), "attribute dataset_fingerprint",
                       other.reader.dataset_fingerprint(),
                       fmt::format("{} as in {}: the same data", first.reader.dataset_fingerprint(),
                                   first.reader.path()));
  }
  for (const char* part : {"train", "validation", "test"}) {
    const store::SampleTable here = other.reader.samples(part);
    const store::SampleTable there = first.reader.samples(part);
    if (here.original_index == there.original_index &&
        here.original_split == there.original_split) {
      continue;
    }
    throw RunFileError(other.reader.path(), fmt::format("/{}", part), "other samples",
                       "those of " + first.reader.path());
  }
}

/// \throws RunFileError where both have a member from the same seed
void require_other_members(const Source& first, const Source& other) {
  for (const Kind kind : other.reader.kinds()) {
    if (!is_random(kind)) continue;
    const std::vector<std::uint64_t> listed = first.reader.seeds(kind);
    const std::set<std::uint64_t> there(listed.begin(), listed.end());
    const std::vector<std::uint64_t> here = other.reader.seeds(kind);
    std::vector<std::string> twins;
    for (std::size_t member = 0; member < here.size(); ++member) {
      if (there.count(here[member]) != 0) twins.push_back(std::to_string(member));
    }
    if (twins.empty()) continue;
    throw RunFileError(other.reader.path(), fmt::format("/members/{}/seeds", name_of(kind)),
                       fmt::format("members that {} has as well: {} (ensemble.seed: {} in both)",
                                   first.reader.path(), joined(twins), other.config.ensemble.seed),
                       "other members: a run of its own ensemble.seed");
  }
}

/// "0-3, 5": ascending numbers in few words.
std::string ranges(const std::vector<store::Origin>& origins) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < origins.size();) {
    std::size_t end = begin + 1;
    while (end < origins.size() &&
           origins[end].member.value() == origins[end - 1].member.value() + 1) {
      ++end;
    }
    const std::uint32_t low = origins[begin].member.value();
    const std::uint32_t high = origins[end - 1].member.value();
    words.push_back(low == high ? std::to_string(low) : fmt::format("{}-{}", low, high));
    begin = end;
  }
  return joined(words);
}

/// The members of one kind that can be relied upon.
std::vector<store::Origin> intact_origins(const store::Reader& reader, Kind kind,
                                          Console& console) {
  std::vector<store::Origin> origins;
  const store::KindSummary summary = reader.summary(kind);
  for (std::uint32_t member = 0; member < summary.members; ++member) {
    if (summary.commits[member].state != store::MemberState::done) continue;
    if (reader.is_intact(kind, MemberIndex{member})) {
      origins.push_back({&reader, MemberIndex{member}});
    } else {
      console.warning(
          fmt::format("{}: {} member {} is left out, as its values don't have its checksum",
                      reader.path(), name_of(kind), member));
    }
  }
  return origins;
}

/// Puts the members of one run behind those that are there.
void append(const Source& source, const std::vector<store::Origin>& origins,
            store::KindLayout& layout) {
  const methods::Plan held = run::held_members(source.reader);
  for (const store::Origin& origin : origins) {
    const methods::Member& member = held.at(layout.kind).at(origin.member.value());
    layout.seeds.push_back(member.seed.value());
    layout.permutations.insert(layout.permutations.end(), member.permutation.begin(),
                               member.permutation.end());
  }
}

/// The first run's config, with the sizes that the merged run has.
config::Config merged_config(const std::vector<Source>& sources,
                             const std::vector<store::KindLayout>& kinds,
                             const std::string& output) {
  config::Config config = sources.front().config;
  config.output = output;
  config.ensemble.sizes = {};
  int& size = config.ensemble.size;
  size = 1;
  for (const store::KindLayout& layout : kinds)
    size = std::max(size, static_cast<int>(layout.members()));
  for (const store::KindLayout& layout : kinds) {
    if (!is_random(layout.kind) || static_cast<int>(layout.members()) == size) continue;
    config.ensemble.sizes[layout.kind] = static_cast<int>(layout.members());
  }
  return config;
}

/// All members of one run that go into the merged one, in the words of its provenance.
class Contribution {
 public:
  explicit Contribution(const Source& source)
      : json_{{"run_file",
               std::filesystem::absolute(source.reader.path()).lexically_normal().string()},
              {"ensemble_seed", source.config.ensemble.seed},
              {"program_version", source.reader.program_version()}} {
    for (const std::string& earlier : source.reader.merged_from()) {
      json_["merged_from"].push_back(nlohmann::ordered_json::parse(earlier, nullptr, false));
    }
  }
  void add(Kind kind, const std::vector<store::Origin>& origins) {
    if (!origins.empty()) json_["members"][std::string(name_of(kind))] = ranges(origins);
  }
  std::string text() const {
    return json_.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }

 private:
  nlohmann::ordered_json json_;
};

store::Assembly merged(const std::vector<Source>& sources, const std::string& output,
                       Console& console) {
  store::Assembly assembly;
  assembly.contents = sources.front().reader.contents();
  store::Contents& contents = assembly.contents;
  contents.program_version = run::kVersion;
  contents.merged_from.clear();
  std::vector<Contribution> contributions(sources.begin(), sources.end());
  for (store::KindLayout& layout : contents.kinds) {
    layout.seeds.clear();
    layout.permutations.clear();
    auto& members = assembly.members[layout.kind];
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (!is_random(layout.kind) && !members.empty()) break;  // all others are equal to it
      const auto origins = intact_origins(sources[i].reader, layout.kind, console);
      append(sources[i], origins, layout);
      contributions[i].add(layout.kind, origins);
      members.insert(members.end(), origins.begin(), origins.end());
    }
    if (members.empty()) {
      throw UsageError(
          fmt::format("no run has a member of kind {} that is done", name_of(layout.kind)));
    }
  }
  for (std::size_t i = 0; i < sources.size(); ++i) {
    contents.max_attempts =
        std::max(contents.max_attempts, sources[i].reader.contents().max_attempts);
    contents.merged_from.push_back(contributions[i].text());
    const std::vector<std::string> sessions = sources[i].reader.sessions();
    assembly.sessions.insert(assembly.sessions.end(), sessions.begin(), sessions.end());
  }
  contents.config = config::to_yaml(merged_config(sources, contents.kinds, output));
  return assembly;
}

/// Joins the members that are done in several runs of the same experiment with other seeds into one
/// new run. \throws UsageError, RunFileError where runs don't fit together; IoError
void merge(const MergeOptions& options) {
  Console console(stdout);
  std::vector<Source> sources;
  for (const run::RunFolder& folder : runs_named(options.runs)) {
    sources.push_back(open_source(folder));
  }
  for (std::size_t i = 0; i < sources.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      require_same_experiment(sources[j], sources[i]);
      require_other_members(sources[j], sources[i]);
    }
  }
  const run::RunFolder target(options.output);
  if (target.has_run_file()) {
    throw RunFileError(target.run_file(), "run file", "one of that name",
                       "none: a run file is never overwritten");
  }
  const store::Assembly assembly = merged(sources, options.output, console);
  target.make();
  store::assemble(target.run_file(), assembly, store::Existing::refuse,
                  [&](const std::string& line) { console.warning(line); });
  for (const store::KindLayout& layout : assembly.contents.kinds) {
    console.event(fmt::format("{}: {} {} member{}", target.run_file(), layout.members(),
                              name_of(layout.kind), layout.members() == 1 ? "" : "s"));
  }
}

}  // namespace

void add_merge(CLI::App& app, Job& job) {
  const auto options = std::make_shared<MergeOptions>();
  CLI::App* command =
      app.add_subcommand("merge", "Join runs of the same experiment with other seeds into one");
  command->footer(R"(
Examples:
  clvae run configs/mnist.yaml --set ensemble.seed=1 --output runs/one
  clvae run configs/mnist.yaml --set ensemble.seed=2 --output runs/two
  clvae merge runs/one runs/two --output runs/both
  clvae reduce runs/both

The members that are done in each run, one run after the other, are copied into a new run file.
The runs must agree in all that decides what a member is, and in their data.)");
  command->add_option("runs", options->runs, "folders of two or more runs, or their run.h5")
      ->required()
      ->expected(2, -1)
      ->type_name("RUN RUN...");
  command->add_option("--output", options->output, "folder of the new run")
      ->required()
      ->type_name("FOLDER");
  run_alone(*command, job, [=] { merge(*options); });
}

}  // namespace clvae::jobs
