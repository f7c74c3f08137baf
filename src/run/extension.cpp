#include "run/extension.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <sstream>
#include <unistd.h>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "methods/plan.hpp"
#include "run/run_file.hpp"
#include "run/version.hpp"
#include "store/assembly.hpp"
#include "store/text_file.hpp"

namespace clvae::run {

namespace {

/// The run's config with other sizes. \throws ConfigError where other keys are to change
config::Config resized(const store::Reader& reader, const std::vector<std::string>& overrides) {
  const std::string origin = reader.path() + ":/config";
  const config::Config stored = config::parse_stored(reader.config(), origin);
  config::Config wanted = config::parse_stored(reader.config(), origin, overrides);
  for (const auto key_class :
       {config::KeyClass::identity, config::KeyClass::execution, config::KeyClass::reduction}) {
    for (const config::Difference& other : config::differences(stored, wanted, key_class)) {
      if (methods::is_size_key(other.key)) continue;
      throw ConfigError({"--set", 0, other.key}, other.wanted,
                        "ensemble.size and keys that begin with ensemble.sizes. "
                        "(all else stays as the run has it)");
    }
  }
  return wanted;
}

/// \return whether there are more members than the file has places for
/// \throws RunFileError where there are fewer of a kind
bool is_larger(const store::Reader& reader, const methods::Plan& planned) {
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
                     "one that was trained as one; "
                     "extend the runs that it is made of, and merge them again");
}

/// The members that follow from a config. \throws as `is_larger`
struct Wanted {
  config::Config config;
  methods::Plan plan;
  bool is_larger = false;
};

Wanted wanted_members(const store::Reader& reader, const std::vector<std::string>& overrides) {
  require_extensible(reader);
  Wanted wanted;
  wanted.config = resized(reader, overrides);
  wanted.plan = methods::planned_members(wanted.config, reader.inlier_classes().size());
  wanted.is_larger = is_larger(reader, wanted.plan);
  return wanted;
}

void plan_members(const std::vector<methods::Member>& members, store::KindLayout& layout) {
  layout.seeds.clear();
  layout.permutations.clear();
  for (const methods::Member& member : members) {
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
void tell(const store::Reader& before, const methods::Plan& now, Console& console) {
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

void remove_request(const std::string& request, Console& console) {
  try {
    store::remove_file(request);
  } catch (const IoError& error) {  // it is only fulfilled once more, which changes nothing
    console.warning(error.what());
  }
}

/// Fulfils one wish. \return whether there are more places now
bool apply_request(const RunFolder& folder, const std::string& request, Console& console) {
  bool has_grown = false;
  std::vector<std::string> overrides;
  try {
    const std::optional<std::string> text = store::read_text_file(request);
    if (!text) return false;
    overrides = lines_of(*text);
    console.event(fmt::format("{} asks for more members", request));
    has_grown = extend_run_file(folder, overrides, console);
  } catch (const IoError& error) {
    console.warning(
        fmt::format("{}: the run goes on without the members that are asked for, "
                    "and the request stays until the next start: {}",
                    request, error.what()));
    return false;
  } catch (const Error& error) {
    console.warning(
        fmt::format("{}: the run goes on without the members that are asked for ({}), "
                    "and the request is removed: {}",
                    request, fmt::join(overrides, ", "), error.what()));
  }
  remove_request(request, console);
  return has_grown;
}

/// As `extend_run_file`, after the wishes that were there before.
bool extend_in_turn(const RunFolder& folder, const std::vector<std::string>& overrides,
                    Console& console) {
  const bool has_grown = apply_extend_requests(folder, console);
  return extend_run_file(folder, overrides, console) || has_grown;
}

/// Asks the job that has the run's lock for more members, or gives them places where it has ended
/// meanwhile. \param lock held afterwards where it has ended  \return as `extend_run_file`
bool extend_by_request(const RunFolder& folder, const std::vector<std::string>& overrides,
                       std::optional<store::RunLock>& lock, Console& console) {
  const std::string request = write_extend_request(folder, overrides);
  try {
    // The job looks for requests after it has given the lock back, unless it was stopped: where
    // the lock is free by now, it may have looked before this one was there.
    lock.emplace(folder.lock(), [&](const std::string& line) { console.event(line); });
  } catch (const store::RunInUseError& error) {
    console.event(
        fmt::format("{} is at work on {}; it takes the new members up when it has trained those "
                    "that it had to, or, if it is stopped before, "
                    "the command that started it does when it is given again",
                    error.holder(), folder.path()));
    return false;
  }
  if (!store::read_text_file(request)) {
    console.event(
        fmt::format("a job that was at work on {} has taken the new members up", folder.path()));
    return false;
  }
  store::remove_file(request);
  return extend_in_turn(folder, overrides, console);
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

std::string write_extend_request(const RunFolder& folder,
                                 const std::vector<std::string>& overrides) {
  wanted_members(store::Reader(folder.run_file()), overrides);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::string request = folder.extend_request(
      std::chrono::duration_cast<std::chrono::nanoseconds>(now).count(), getpid());
  store::write_file(request, fmt::format("{}\n", fmt::join(overrides, "\n")));
  return request;
}

bool apply_extend_requests(const RunFolder& folder, Console& console) {
  if (!folder.has_run_file()) return false;
  bool has_grown = false;
  for (const std::string& request : folder.extend_requests()) {
    has_grown = apply_request(folder, request, console) || has_grown;
  }
  return has_grown;
}

bool extend_on_requests(const RunFolder& folder, std::optional<store::RunLock>& lock,
                        Console& console) {
  std::set<std::string> tried;
  while (true) {
    // Whoever was refused the lock has left a request before this look, or will find it free.
    lock.reset();
    const std::size_t tried_before = tried.size();
    for (const std::string& request : folder.extend_requests()) tried.insert(request);
    if (tried.size() == tried_before) return false;
    try {
      lock.emplace(folder.lock(), [&](const std::string& line) { console.event(line); });
    } catch (const store::RunInUseError&) {  // whose holder looks as well
      return false;
    }
    if (apply_extend_requests(folder, console)) return true;
  }
}

void extend(const RunFolder& folder, const std::vector<std::string>& overrides, Console& console) {
  if (overrides.empty()) {
    throw UsageError("how many members? --size N, or --set ensemble.sizes.KIND=N");
  }
  folder.require_writable();
  std::optional<store::RunLock> lock;
  bool has_grown = false;
  try {
    lock.emplace(folder.lock(), [&](const std::string& line) { console.event(line); });
    has_grown = extend_in_turn(folder, overrides, console);
  } catch (const store::RunInUseError&) {
    has_grown = extend_by_request(folder, overrides, lock, console);
  }
  while (lock && extend_on_requests(folder, lock, console)) has_grown = true;
  if (!has_grown) return;
  console.event(fmt::format("the command that started {} trains the new ones", folder.path()));
}

}  // namespace clvae::run
