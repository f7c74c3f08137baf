#include "run/doctor.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sched.h>
#include <sstream>
#include <system_error>

#include <nlohmann/json.hpp>

#include "comm/session.hpp"
#include "config/config.hpp"
#include "core/processor.hpp"
#include "hdf5/failures.hpp"
#include "networks/precision.hpp"
#include "run/devices.hpp"
#include "run/host_memory.hpp"
#include "run/preflight.hpp"
#include "run/run_folder.hpp"
#include "run/version.hpp"

namespace clvae::run {

namespace {

using nlohmann::json;

/// What follows "model name" or "flags" of the first processor.
std::string cpu_info(const std::string& name) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(name, 0) != 0) continue;
    const std::size_t begin = line.find(": ");
    return begin == std::string::npos ? "" : line.substr(begin + 2);
  }
  return "";
}

bool has_word(const std::string& line, const std::string& wanted) {
  std::istringstream words(line);
  for (std::string word; words >> word;) {
    if (word == wanted) return true;
  }
  return false;
}

std::set<int> usable_cores() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  std::set<int> cores;
  if (sched_getaffinity(0, sizeof(mask), &mask) != 0) return cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &mask)) cores.insert(core);
  }
  return cores;
}

/// The file of the library of linear algebra among those that this process has loaded.
std::string loaded_blas() {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const std::size_t begin = line.find('/');
    if (begin == std::string::npos) continue;
    const std::filesystem::path file = line.substr(begin);
    const std::string name = file.filename().string();
    for (const char* known :
         {"libblas.", "libopenblas", "libmkl_core", "libblis", "libflexiblas"}) {
      if (name.rfind(known, 0) == 0) return file.string();
    }
  }
  return "";
}

std::string words_of(ProcessorLevel level) {
  switch (level) {
    case ProcessorLevel::x86_64_v4:
      return "x86-64-v4";
    case ProcessorLevel::x86_64_v3:
      return "x86-64-v3";
    case ProcessorLevel::baseline:
      break;
  }
  return "any processor";
}

HostFacts facts_of_rank(const std::string& host, const std::string& probe) {
  HostFacts facts;
  facts.name = host;
  facts.processor = cpu_info("model name");
  facts.kernels = words_of(processor_level());
  facts.has_bfloat16 = networks::processor_has_bfloat16();
  facts.has_amx = has_word(cpu_info("flags"), "amx_bf16");
  facts.cores = usable_cores();
  facts.ranks = 1;
  facts.memory = available_memory();
  std::error_code error;
  const std::filesystem::space_info shared = std::filesystem::space("/dev/shm", error);
  facts.shared_memory = error ? 0 : static_cast<std::size_t>(shared.available);
  if (!probe.empty()) facts.folder = store::look_at_probe(probe);
  return facts;
}

std::string as_text(const HostFacts& facts) {
  const json values{{"name", facts.name},       {"processor", facts.processor},
                    {"kernels", facts.kernels}, {"bfloat16", facts.has_bfloat16},
                    {"amx", facts.has_amx},     {"cores", facts.cores},
                    {"memory", facts.memory},   {"shared_memory", facts.shared_memory},
                    {"folder", facts.folder}};
  return values.dump(-1, ' ', false, json::error_handler_t::replace);
}

HostFacts host_from(const std::string& text) {
  const json values = json::parse(text);
  HostFacts facts;
  values.at("name").get_to(facts.name);
  values.at("processor").get_to(facts.processor);
  values.at("kernels").get_to(facts.kernels);
  values.at("bfloat16").get_to(facts.has_bfloat16);
  values.at("amx").get_to(facts.has_amx);
  values.at("cores").get_to(facts.cores);
  values.at("memory").get_to(facts.memory);
  values.at("shared_memory").get_to(facts.shared_memory);
  values.at("folder").get_to(facts.folder);
  facts.ranks = 1;
  return facts;
}

/// Hosts in the order of their first ranks.
std::vector<HostFacts> by_host(const std::vector<std::string>& texts) {
  std::vector<HostFacts> hosts;
  for (const std::string& text : texts) {
    const HostFacts rank = host_from(text);
    const auto known = std::find_if(hosts.begin(), hosts.end(),
                                    [&](const HostFacts& host) { return host.name == rank.name; });
    if (known == hosts.end()) {
      hosts.push_back(rank);
    } else {
      ++known->ranks;
      known->cores.insert(rank.cores.begin(), rank.cores.end());
    }
  }
  return hosts;
}

/// One rank looks at all GPUs that it sees, several at one each.
std::vector<comm::DeviceAssignment> places_to_look_at(const comm::Communicator& world) {
  std::vector<comm::DeviceAssignment> places = agreed_devices(world, config::Training{});
  if (world.size() > 1 || places.front().device == "cpu") return places;
  const comm::DeviceAssignment first = places.front();
  places.clear();
  for (int gpu = 0; gpu < train::visible_cuda_devices(); ++gpu) {
    places.push_back({first.rank, first.host, "cuda:" + std::to_string(gpu)});
  }
  return places;
}

}  // namespace

BuildFacts look_at_build(const std::string& commit) {
  return {kVersion,
          commit,
          train::torch_facts(),
          loaded_blas(),
          comm::mpi_version(),
          hdf5::library_version()};
}

Examination examine(const comm::Communicator& world, const BuildFacts& build,
                    const std::string& folder) {
  Examination found;
  found.build = build;
  found.launch = launch_of(world.size(), config::Training{});
  const char* const job = std::getenv("SLURM_JOB_ID");
  found.slurm_job = job == nullptr ? "" : job;
  const std::vector<comm::DeviceAssignment> places = places_to_look_at(world);
  found.devices = gather_facts(world, places);
  found.wanted_folder = folder;

  std::unique_ptr<store::FolderProbe> probe;
  if (world.is_root()) {
    probe = std::make_unique<store::FolderProbe>(nearest_folder(folder));
    found.folder = probe->facts();
    found.lock = store::look_at_lock(RunFolder(folder).lock());
  }
  const std::string file = world.broadcast(probe ? probe->file() : "");
  std::string own;
  comm::together(world, [&] {
    const std::size_t rank = world.size() == 1 ? 0 : static_cast<std::size_t>(world.rank().value());
    own = as_text(facts_of_rank(places.at(rank).host, file));
  });
  found.hosts = by_host(world.all_gather(own));
  return found;
}

}  // namespace clvae::run
