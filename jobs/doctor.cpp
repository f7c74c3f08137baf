#include "run/doctor.hpp"

#include <array>
#include <cstdio>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "commit.hpp"
#include "core/console.hpp"
#include "report/gnuplot.hpp"
#include "run/launch.hpp"

namespace clvae::jobs {

namespace {

struct DoctorOptions {
  std::string folder = ".";
  bool as_json = false;
};

/// "13.0" of 13000.
std::string cuda_in_words(long version) {
  constexpr long kMajor = 1000;
  constexpr long kMinor = 10;
  return fmt::format("{}.{}", version / kMajor, version % kMajor / kMinor);
}

/// "9.10.2" of 91002; before 9 there was one digit less.
std::string cudnn_in_words(long version) {
  constexpr long kFirstLong = 90000;
  constexpr long kHundred = 100;
  const long major = version >= kFirstLong ? kHundred * kHundred : kHundred * 10;
  return fmt::format("{}.{}.{}", version / major, version % major / kHundred, version % kHundred);
}

std::string in_words(std::size_t bytes) { return format_bytes(static_cast<double>(bytes)); }

std::string line(const std::string& head, const std::string& text) {
  return fmt::format("{:<9} {}\n", head, text);
}

std::string text_of(const run::BuildFacts& build) {
  const train::TorchFacts& torch = build.torch;
  std::string libtorch = torch.version;
  libtorch += torch.cuda == 0 ? ", without CUDA" : ", CUDA " + cuda_in_words(torch.cuda);
  if (torch.cudnn != 0) libtorch += ", cuDNN " + cudnn_in_words(torch.cudnn);
  if (!torch.onednn.empty()) libtorch += ", oneDNN " + torch.onednn;
  if (!build.blas.empty()) libtorch += ", BLAS " + build.blas;
  const std::string commit = build.commit.empty() ? "commit not known" : "commit " + build.commit;
  return line("clvae", build.version + ", " + commit) + line("LibTorch", libtorch) +
         line("MPI", build.mpi) + line("HDF5", build.hdf5);
}

std::string text_of(const run::LaunchFacts& launch, const std::string& slurm_job) {
  std::string text = launch.ranks == 1 ? "1 rank" : fmt::format("{} ranks", launch.ranks);
  if (launch.launcher != run::Launcher::none) {
    text += fmt::format(" of the {} that {} started", launch.tasks,
                        launch.launcher == run::Launcher::srun ? "srun" : "mpirun");
  } else if (launch.tasks > 0) {
    text += fmt::format("; the Slurm job has {} tasks", launch.tasks);
  }
  return line("ranks", text + (slurm_job.empty() ? "" : ", Slurm job " + slurm_job));
}

std::string precisions_of(const run::HostFacts& host) {
  if (!host.has_bfloat16) return "float32";
  return host.has_amx ? "float32, bfloat16 (AVX512-BF16, AMX)" : "float32, bfloat16 (AVX512-BF16)";
}

std::string text_of(const run::HostFacts& host) {
  return line("host", fmt::format("{}: {} rank{}, {} core{}, {} of memory free, {} in /dev/shm",
                                  host.name, host.ranks, host.ranks == 1 ? "" : "s",
                                  host.cores.size(), host.cores.size() == 1 ? "" : "s",
                                  in_words(host.memory), in_words(host.shared_memory))) +
         line("", fmt::format("{}; kernels for {}; {}", host.processor, host.kernels,
                              precisions_of(host)));
}

/// GPUs one a line, also where ranks share one.
std::string text_of(const std::vector<run::RankFacts>& devices) {
  std::string text;
  std::set<std::string> told;
  for (const run::RankFacts& rank : devices) {
    const train::DeviceFacts& device = rank.device;
    if (rank.place.device == "cpu" || !told.insert(rank.place.host + device.bus).second) continue;
    text += line("GPU", fmt::format("{}, {}: {} at {}, compute capability {}, driver {}, {} of {} "
                                    "free",
                                    rank.place.host, rank.place.device, device.name, device.bus,
                                    device.capability, rank.driver, in_words(device.free_bytes),
                                    in_words(device.total_bytes)));
  }
  return text.empty() ? line("GPU", "none that this LibTorch can use") : text;
}

std::string text_of(const store::FolderFacts& folder) {
  if (!folder.error.empty()) return line("folder", folder.path + ": can't be written to");
  return line(
      "folder",
      fmt::format("{}{}: {} free, {}, {}", folder.path,
                  folder.file_system.empty() ? "" : " on " + folder.file_system,
                  in_words(folder.free_bytes), folder.has_locks ? "locks work" : "no locks",
                  folder.sets_room_aside ? "room can be set aside" : "no room can be set aside"));
}

std::string text_of(const run::Examination& seen) {
  std::string text = text_of(seen.launch, seen.slurm_job);
  for (const run::HostFacts& host : seen.hosts) text += text_of(host);
  text += text_of(seen.devices) + text_of(seen.folder);
  return text + line("gnuplot", seen.gnuplot.empty() ? "none" : seen.gnuplot);
}

std::string text_of(const std::vector<run::Finding>& findings) {
  std::string text;
  for (const run::Finding& finding : findings) {
    text += line(finding.is_fatal ? "error" : "warning", finding.message);
  }
  return text.empty() ? "nothing is wrong here\n" : text;
}

using Json = nlohmann::ordered_json;

Json json_of(const run::HostFacts& host) {
  return {{"host", host.name},
          {"ranks", host.ranks},
          {"cores", host.cores},
          {"processor", host.processor},
          {"kernels", host.kernels},
          {"bfloat16", host.has_bfloat16},
          {"amx", host.has_amx},
          {"memory_bytes", host.memory},
          {"shared_memory_bytes", host.shared_memory},
          {"sees_folder", host.folder != store::Sight::absent},
          {"locks_reach_it", host.folder == store::Sight::locked}};
}

Json json_of(const run::RankFacts& rank) {
  const train::DeviceFacts& device = rank.device;
  return {{"rank", rank.place.rank.value()},
          {"host", rank.place.host},
          {"device", rank.place.device},
          {"name", device.name},
          {"bus", device.bus},
          {"compute_capability", device.capability},
          {"driver", rank.driver},
          {"cuda_of_driver",
           device.driver_version == 0 ? Json() : Json(cuda_in_words(device.driver_version))},
          {"free_bytes", device.free_bytes},
          {"total_bytes", device.total_bytes},
          {"error", device.error}};
}

Json json_of(const run::BuildFacts& build) {
  const train::TorchFacts& torch = build.torch;
  return {{"version", build.version},
          {"commit", build.commit},
          {"libtorch",
           {{"version", torch.version},
            {"cuda", torch.cuda == 0 ? Json() : Json(cuda_in_words(torch.cuda))},
            {"cudnn", torch.cudnn == 0 ? Json() : Json(cudnn_in_words(torch.cudnn))},
            {"onednn", torch.onednn},
            {"blas", build.blas}}},
          {"mpi", build.mpi},
          {"hdf5", build.hdf5}};
}

std::string json_text(const run::Examination& seen, const std::vector<run::Finding>& findings) {
  constexpr std::array<const char*, 3> kLaunchers{"none", "mpirun", "srun"};
  Json all = json_of(seen.build);
  all["gnuplot"] = seen.gnuplot;
  all["launch"] = {{"ranks", seen.launch.ranks},
                   {"tasks", seen.launch.tasks},
                   {"launcher", kLaunchers.at(static_cast<std::size_t>(seen.launch.launcher))},
                   {"slurm_job", seen.slurm_job}};
  all["hosts"] = Json::array();
  for (const run::HostFacts& host : seen.hosts) all["hosts"].push_back(json_of(host));
  all["devices"] = Json::array();
  for (const run::RankFacts& rank : seen.devices) all["devices"].push_back(json_of(rank));
  all["folder"] = {{"path", seen.folder.path},
                   {"file_system", seen.folder.file_system},
                   {"free_bytes", seen.folder.free_bytes},
                   {"has_locks", seen.folder.has_locks},
                   {"sets_room_aside", seen.folder.sets_room_aside},
                   {"error", seen.folder.error}};
  all["findings"] = Json::array();
  for (const run::Finding& finding : findings) {
    all["findings"].push_back(
        {{"level", finding.is_fatal ? "error" : "warning"}, {"message", finding.message}});
  }
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// \return whether something stops a run; where it does, rank 0 knows
bool examine(const comm::Communicator& world, const run::BuildFacts& build,
             const DoctorOptions& options, bool speaks) {
  run::Examination seen = run::examine(world, build, options.folder);
  if (!world.is_root()) return false;
  seen.gnuplot = report::gnuplot_version();
  const std::vector<run::Finding> findings = run::findings(seen);
  if (speaks && options.as_json) std::fputs(json_text(seen, findings).c_str(), stdout);
  if (speaks && !options.as_json) std::fputs((text_of(seen) + text_of(findings)).c_str(), stdout);
  return !findings.empty() && findings.front().is_fatal;
}

int doctor(const DoctorOptions& options) {
  // Ranks that don't know of each other would all be rank 0.
  const bool speaks = run::launched_rank() == 0;
  const run::BuildFacts build = run::look_at_build(commit());
  if (speaks && !options.as_json) {
    // At once, since an MPI that can't begin ends the process.
    std::fputs(text_of(build).c_str(), stdout);
    std::fflush(stdout);
  }
  bool is_stopped = false;
  const int status = run::on_all_ranks([&](const comm::Communicator& world) {
    is_stopped = examine(world, build, options, speaks);
  });
  return is_stopped ? static_cast<int>(ExitStatus::run_failed) : status;
}

}  // namespace

void add_doctor(CLI::App& app, Job& job) {
  const auto options = std::make_shared<DoctorOptions>();
  CLI::App* command = app.add_subcommand(
      "doctor", "Tell versions, ranks, GPUs and what is wrong here, with remedies");
  command->footer(R"(
Examples:
  clvae doctor                                     this machine; for reports of bugs
  srun --mpi=pmix clvae doctor /scratch/runs       a job's nodes, and the folder for its runs
  mpirun -np 4 clvae doctor --json runs/mnist      the same, for programs

Looks at the libraries, at how the ranks were started and what MPI knows of them, at the processors
and GPUs of all hosts, and whether all of them can write to the folder, see it and lock it. Trains
nothing; makes a small file in the folder and removes it.

Exit status: 0 it could look, whatever it warns of; 1 something stops a run, said in a line that
begins with "error"; 2 the command line makes no sense.)");
  command
      ->add_option("folder", options->folder, "where runs are to be, or a run [the current folder]")
      ->type_name("FOLDER");
  command->add_flag("--json", options->as_json, "as JSON, for programs");
  command->callback([&job, options] { job = [options] { return doctor(*options); }; });
}

}  // namespace clvae::jobs
