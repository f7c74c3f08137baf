#include "run/host_memory.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

namespace clvae::run {

namespace {

namespace files = std::filesystem;

constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

/// What Linux takes for available, of all the host has.
std::size_t available_on_host() {
  std::ifstream file("/proc/meminfo");
  std::string word;
  while (file >> word) {
    std::size_t kibibytes = 0;
    if (word == "MemAvailable:" && file >> kibibytes) return kibibytes * 1024;
  }
  return kUnlimited;
}

/// The only number in a file; nothing where it holds another word.
std::optional<std::size_t> number_in(const files::path& path) {
  std::ifstream file(path);
  std::size_t number = 0;
  if (file >> number) return number;
  return std::nullopt;
}

/// Files can be thrown out of memory at any time.
std::size_t file_cache_of(const files::path& group) {
  std::ifstream file(group / "memory.stat");
  std::string word;
  std::size_t number = 0;
  std::size_t own = 0;  // of the group itself
  std::size_t all = 0;  // with the groups below it, where the first version tells them apart
  while (file >> word >> number) {
    if (word == "inactive_file" || word == "active_file") own += number;
    if (word == "total_inactive_file" || word == "total_active_file") all += number;
  }
  return std::max(own, all);
}

/// What a control group leaves. \param limit, usage names of its files
std::size_t left_of(const files::path& group, const char* limit, const char* usage) {
  const auto most = number_in(group / limit);
  const auto used = number_in(group / usage);
  if (!most || !used) return kUnlimited;
  const std::size_t bound = *used - std::min(*used, file_cache_of(group));
  return *most - std::min(*most, bound);
}

/// The least that any control group above this process leaves, in either version of their files.
std::size_t available_in_groups() {
  std::size_t available = kUnlimited;
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    const std::size_t second = line.find(':', colon + 1);
    if (second == std::string::npos) continue;
    const bool is_second_version = second == colon + 1;
    const std::string controllers = line.substr(colon + 1, second - colon - 1);
    if (!is_second_version && controllers != "memory") continue;
    const files::path root = is_second_version ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
    files::path group = root / files::path(line.substr(second + 1)).relative_path();
    // In a container the group's own path may not be there, but its root is.
    for (;; group = group.parent_path()) {
      available = std::min(available,
                           is_second_version
                               ? left_of(group, "memory.max", "memory.current")
                               : left_of(group, "memory.limit_in_bytes", "memory.usage_in_bytes"));
      if (group == root || !group.has_relative_path()) break;
    }
  }
  return available;
}

}  // namespace

std::size_t available_memory() { return std::min(available_on_host(), available_in_groups()); }

}  // namespace clvae::run
