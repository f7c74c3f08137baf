#include "extension.hpp"

#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "clvae/store/assembly.hpp"
#include "clvae/store/run_lock.hpp"
#include "clvae/store/text_file.hpp"
#include "experiment.hpp"
#include "jobs.hpp"
#include "run_file.hpp"
#include "version.hpp"

namespace clvae::jobs {

namespace {

/// The run's config with other sizes. \throws ConfigError where other keys are to change
config::Config resized(const store::Reader& reader, const std::vector<std::string>& overrides) {
  const std::string origin = reader.path() + ":/config";
  const config::Config stored = config::parse(reader.config(), origin);
  config::Config wanted = config::parse(reader.config(), origin, overrides);
  for (const auto key_class :
       {config::KeyClass::identity, config::KeyClass::execution, config::KeyClass::reduction}) {
    for (const config::Difference& other : config::differences(stored, wanted, key_class)) {
      if (is_size_key(other.key)) continue;
      throw ConfigError({"--set", 0, other.key}, other.wanted,
                        "ensemble.size and keys that begin with ensemble.sizes. (all else stays as "
                        "the run has it)");
    }
  }
  return wanted;
}

/// \return whether there are more members than the file has places for
/// \throws RunFileError where there are fewer of a kind
bool is_larger(const store::Reader& reader, const Plan& planned) {
  bool has_more = false;
  for (const auto& [kind, members] : planned) {
    const std::size_t places = reader.summary(kind).members;
    if (members.size() < places) {
      throw RunFileError(reader.path(), fmt::format("/members/{}", name_of(kind)),
                         fmt::format("{} members, and {} are asked for", places, members.size()),
                         fmt::format("{} or more: a run is only ever extended", places));
    }
    has_more = has_more || members.size() > places;
  }
  return has_more;
}

/// \throws RunFileError where the members do not follow from the config
void require_extensible(const store::Reader& reader) {
  if (reader.merged_from().empty()) return;
  throw RunFileError(reader.path(), "/provenance attribute merged_from", "a merged run",
                     "one that was trained as one; extend the runs that it is made of, and merge "
                     "them again");
}

/// The members that follow from a config. \throws as `is_larger`
struct Wanted {
  config::Config config;
  Plan plan;
  bool is_larger = false;
};

Wanted wanted_members(const store::Reader& reader, const std::vector<std::string>& overrides) {
  require_extensible(reader);
  Wanted wanted;
  wanted.config = resized(reader, overrides);
  wanted.plan = planned_members(wanted.config, reader.inlier_classes().size());
  wanted.is_larger = is_larger(reader, wanted.plan);
  return wanted;
}

void plan_members(const std::vector<plan::Member>& members, store::KindLayout& layout) {
  layout.seeds.clear();
  layout.permutations.clear();
  for (const plan::Member& member : members) {
    layout.seeds.push_back(member.seed.value());
    layout.permutations.insert(layout.permutations.end(), member.permutation.begin(),
                               member.permutation.end());
  }
}

store::Assembly extended(const store::Reader& reader, const Wanted& wanted) {
  store::Assembly assembly;
  assembly.contents = reader.contents();
  assembly.contents.config = config::to_yaml(wanted.config);
  assembly.contents.program_version = kVersion;
  assembly.sessions = reader.sessions();
  for (store::KindLayout& layout : assembly.contents.kinds) {
    auto& members = assembly.members[layout.kind];
    for (std::uint32_t member = 0; member < layout.members(); ++member) {
      members.push_back({&reader, MemberIndex{member}});
    }
    plan_members(wanted.plan.at(layout.kind), layout);
  }
  return assembly;
}

/// One line for each kind.
void tell(const store::Reader& before, const Plan& now, Console& console) {
  for (const auto& [kind, members] : now) {
    console.event(fmt::format("{}: {} {} members, {} before", before.path(), members.size(),
                              name_of(kind), before.summary(kind).members));
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

}  // namespace

bool extend_run_file(const RunFolder& folder, const std::vector<std::string>& overrides,
                     Console& console) {
  folder.require_writable_run_file();
  const store::Reader reader(folder.run_file());
  const Wanted wanted = wanted_members(reader, overrides);
  require_planned_members(reader, wanted.plan);
  if (!wanted.is_larger) {
    console.event(reader.path() + ": has as many members already");
    return false;
  }
  store::assemble(reader.path(), extended(reader, wanted), store::Existing::replace,
                  [&](const std::string& line) { console.warning(line); });
  tell(reader, wanted.plan, console);
  return true;
}

void write_extend_request(const RunFolder& folder, const std::vector<std::string>& overrides) {
  wanted_members(store::Reader(folder.run_file()), overrides);
  store::write_text_file(folder.extend_request(), fmt::format("{}\n", fmt::join(overrides, "\n")));
}

bool apply_extend_request(const RunFolder& folder, Console& console) {
  const std::string request = folder.extend_request();
  try {
    const std::optional<std::string> text = store::read_text_file(request);
    if (!text || !folder.has_run_file()) return false;
    console.event(fmt::format("{} asks for more members", request));
    const bool has_grown = extend_run_file(folder, lines_of(*text), console);
    store::remove_file(request);
    return has_grown;
  } catch (const Error& error) {
    console.warning(fmt::format("{}: the run goes on without the members that are asked for: {}",
                                request, error.what()));
    return false;
  }
}

void extend(const RunFolder& folder, const std::vector<std::string>& overrides, Console& console) {
  if (overrides.empty()) {
    throw UsageError("how many members? --size N, or --set ensemble.sizes.KIND=N");
  }
  folder.require_writable();
  try {
    const store::RunLock lock(folder.lock(), [&](const std::string& line) { console.event(line); });
    if (!extend_run_file(folder, overrides, console)) return;
  } catch (const store::RunInUseError& error) {
    write_extend_request(folder, overrides);
    console.event(
        fmt::format("{} is at work on {}; it takes the new members up when it has "
                    "trained those that it had to",
                    error.holder(), folder.path()));
    return;
  }
  console.event(fmt::format("the command that started {} trains the new ones", folder.path()));
}

}  // namespace clvae::jobs
