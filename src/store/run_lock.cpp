#include "store/run_lock.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "clvae/core/errors.hpp"
#include "store/disk.hpp"

namespace clvae::store {

namespace {

constexpr std::chrono::seconds kBeat{2};
/// How long a count may stand still on a machine that is busy.
constexpr std::chrono::seconds kWatch{12};
/// The file has this size whatever the count, so that a reader never sees half of it cut off.
constexpr std::size_t kBytes = 512;

std::string first_line_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

/// Changes whenever process numbers start to mean others: with the boot, and between containers.
std::string process_space() {
  std::error_code ignored;
  return first_line_of("/proc/sys/kernel/random/boot_id") + " " +
         std::filesystem::read_symlink("/proc/self/ns/pid", ignored).string();
}

/// When a process was started, in the units of /proc; empty where it is gone.
std::string start_of(long process) {
  const std::string line = first_line_of(fmt::format("/proc/{}/stat", process));
  const std::size_t name_end = line.rfind(')');  // names may hold anything
  if (name_end == std::string::npos) return {};
  std::istringstream words(line.substr(name_end + 1));
  std::string word;
  constexpr int kStartTime = 20;  // of the words after the name
  for (int i = 0; i < kStartTime; ++i) words >> word;
  return word;
}

/// Who holds a lock.
struct Holder {
  std::string host;
  long process = 0;
  std::string process_start;
  std::string space;
  std::string job;  ///< of the batch system; empty outside of one
  long beat = 0;

  static Holder self() {
    const char* job = std::getenv("SLURM_JOB_ID");
    return {
        host_name(), getpid(), start_of(getpid()), process_space(), job == nullptr ? "" : job, 0};
  }
  bool is_same_process(const Holder& other) const {
    return host == other.host && space == other.space && process == other.process &&
           process_start == other.process_start;
  }
  std::string words() const {
    return fmt::format("process {} on {}{}", process, host, job.empty() ? "" : ", job " + job);
  }
  std::string text() const {
    const nlohmann::json fields{{"host", host},   {"process", process}, {"start", process_start},
                                {"space", space}, {"job", job},         {"beat", beat}};
    std::string bytes = fields.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    bytes.resize(std::max(bytes.size() + 1, kBytes), ' ');
    bytes.back() = '\n';
    return bytes;
  }
  /// Nothing where the file is empty, or holds anything else.
  static std::optional<Holder> in(const std::string& path) {
    const nlohmann::json fields = nlohmann::json::parse(first_line_of(path), nullptr, false);
    try {
      return Holder{fields.at("host").get<std::string>(),  fields.at("process").get<long>(),
                    fields.at("start").get<std::string>(), fields.at("space").get<std::string>(),
                    fields.at("job").get<std::string>(),   fields.at("beat").get<long>()};
    } catch (const nlohmann::json::exception&) {
      return std::nullopt;
    }
  }
};

/// Whether the two are on processes that this one can look at.
bool is_here(const Holder& holder) {
  return holder.host == host_name() && holder.space == process_space();
}

bool is_alive_here(const Holder& holder) {
  return (kill(static_cast<pid_t>(holder.process), 0) == 0 || errno == EPERM) &&
         start_of(holder.process) == holder.process_start;
}

/// Watches the count of a holder on another host. \return whether it rises
bool is_beating(const std::string& path, const Holder& holder) {
  const auto end = std::chrono::steady_clock::now() + kWatch;
  while (std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const auto now = Holder::in(path);
    if (now && (!now->is_same_process(holder) || now->beat != holder.beat)) return true;
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return false;
  }
  return false;
}

enum class Grant { taken, refused, unknown };

/// Asks for the open file's lock without waiting.
Grant ask_for_lock(int descriptor) {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (fcntl(descriptor, F_OFD_SETLK, &whole) == 0) return Grant::taken;
  return errno == EAGAIN || errno == EACCES ? Grant::refused : Grant::unknown;
}

[[noreturn]] void refuse(const std::string& path, const std::optional<Holder>& holder) {
  throw RunInUseError(path, holder ? holder->words() : "a process that has not said which");
}

}  // namespace

RunInUseError::RunInUseError(const std::string& path, const std::string& holder)
    : Error(fmt::format("{}: another job works on this run: {}; wait for its end, or choose "
                        "another --output",
                        path, holder),
            ExitStatus::usage),
      holder_(holder) {}

LockLook look_at_lock(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return {};
  const std::optional<Holder> holder = Holder::in(path);
  LockLook look{LockState::claimed, holder ? holder->words() : "a process that has not said which"};
  try {
    const Descriptor descriptor(path, O_RDONLY);
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    const bool is_told = fcntl(descriptor.number(), F_OFD_GETLK, &whole) == 0;
    if (is_told && whole.l_type != F_UNLCK) {
      look.state = LockState::held;
    } else if (holder && is_here(*holder)) {
      look.state = !is_told && is_alive_here(*holder) ? LockState::held : LockState::left;
    }
  } catch (const IoError&) {  // removed meanwhile, or not to be read
    if (!std::filesystem::exists(path, ignored)) return {};
  }
  return look;
}

struct RunLock::Impl {
  Impl(std::string file_path, const std::function<void(const std::string&)>& say);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  bool is_file_at_path() const;
  void require_dead(const std::optional<Holder>& holder, Grant grant,
                    const std::function<void(const std::string&)>& say) const;
  void beat();

  std::string path;
  Descriptor descriptor;
  Holder self = Holder::self();
  std::atomic<bool> lost{false};
  std::mutex mutex;
  std::condition_variable ended;
  bool ends = false;
  std::thread heart;
};

RunLock::Impl::Impl(std::string file_path, const std::function<void(const std::string&)>& say)
    : path(std::move(file_path)) {
  do {  // until the lock is not on a file that its holder has removed meanwhile
    descriptor = Descriptor(path, O_RDWR | O_CREAT);
    const std::optional<Holder> holder = Holder::in(path);
    const Grant grant = ask_for_lock(descriptor.number());
    if (grant == Grant::refused) refuse(path, holder);
    require_dead(holder, grant, say);
  } while (!is_file_at_path());
  try {
    descriptor.write_at_start(self.text());
    descriptor.sync_all();
  } catch (const IoError&) {  // of a full disk
    unlink(path.c_str());
    throw;
  }
  heart = std::thread([this] { beat(); });
}

RunLock::Impl::~Impl() {
  {
    const std::lock_guard<std::mutex> guard(mutex);
    ends = true;
  }
  ended.notify_all();
  if (heart.joinable()) heart.join();
  if (!lost) unlink(path.c_str());
}

bool RunLock::Impl::is_file_at_path() const {
  struct stat opened {};
  struct stat named {};
  return fstat(descriptor.number(), &opened) == 0 && stat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/// The lock of the open file tells of this host for sure, and of others where the file system
/// passes locks on, which can't be asked for.
void RunLock::Impl::require_dead(const std::optional<Holder>& holder, Grant grant,
                                 const std::function<void(const std::string&)>& say) const {
  if (!holder) return;
  if (is_here(*holder)) {
    if (grant == Grant::unknown && is_alive_here(*holder)) refuse(path, holder);
  } else {
    say(fmt::format("{}: watching for {} s whether {} is alive", path, kWatch.count(),
                    holder->words()));
    if (is_beating(path, *holder)) refuse(path, holder);
  }
  say(fmt::format("{}: {} has ended without removing it; the run goes on here", path,
                  holder->words()));
}

void RunLock::Impl::beat() {
  std::unique_lock<std::mutex> guard(mutex);
  while (!ended.wait_for(guard, kBeat, [this] { return ends; })) {
    const std::optional<Holder> holder = Holder::in(path);
    if (!holder || !holder->is_same_process(self)) {
      lost = true;
      return;
    }
    ++self.beat;
    try {
      descriptor.write_at_start(self.text());
    } catch (const IoError&) {  // the next beat may come through; else others see it stand still
    }
  }
}

RunLock::RunLock(const std::string& path, const std::function<void(const std::string&)>& say)
    : impl_(std::make_unique<Impl>(path, say)) {}
RunLock::~RunLock() = default;
RunLock::RunLock(RunLock&&) noexcept = default;
RunLock& RunLock::operator=(RunLock&&) noexcept = default;

bool RunLock::is_lost() const { return impl_->lost; }

}  // namespace clvae::store
