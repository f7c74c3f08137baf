#include "report/gnuplot.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <sys/wait.h>

#include "clvae/core/errors.hpp"
#include "report/text.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to the user

namespace clvae::report {

namespace {

constexpr const char* kProgram = "gnuplot";
constexpr const char* kTablesAreThere =
    "the tables and the figure's script are written all the same";

/// Both ends of a pipe, closed in children that don't ask for them.
class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) throw IoError("gnuplot", "open a pipe to it", errno);
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writer() const noexcept { return ends_[1]; }

  /// All that comes until the last writer is gone.
  std::string read_all() {
    close_end(1);
    std::string text;
    std::array<char, 4096> piece{};
    while (true) {
      const ssize_t count = ::read(ends_[0], piece.data(), piece.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return text;
      text.append(piece.data(), static_cast<std::size_t>(count));
    }
  }

 private:
  void close_end(std::size_t end) {
    if (ends_[end] >= 0) ::close(ends_[end]);
    ends_[end] = -1;
  }

  std::array<int, 2> ends_{-1, -1};
};

/// posix_spawn's two settings objects: where the child's streams go, and its signals.
class SpawnSettings {
 public:
  explicit SpawnSettings(int output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    // Batch systems and launchers send them to every process of a job, to ask it for an end in good
    // order: that is for this process to decide, and a figure takes a second.
    posix_spawnattr_init(&attributes_);
    sigset_t blocked;
    sigemptyset(&blocked);
    for (const int signal : {SIGUSR1, SIGUSR2, SIGTERM, SIGINT}) sigaddset(&blocked, signal);
    posix_spawnattr_setsigmask(&attributes_, &blocked);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  const posix_spawn_file_actions_t* actions() const noexcept { return &actions_; }
  const posix_spawnattr_t* attributes() const noexcept { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

/// Our environment without what would steer gnuplot.
std::vector<std::string> child_environment() {
  constexpr std::array<std::string_view, 6> kLeftOut{
      "DISPLAY=", "WAYLAND_DISPLAY=", "GNUTERM=", "GNUPLOT_LIB=", "GNUPLOT_PS_DIR=", "GDFONTPATH="};
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const auto begins_variable = [variable](std::string_view name) {
      return variable.substr(0, name.size()) == name;
    };
    if (std::any_of(kLeftOut.begin(), kLeftOut.end(), begins_variable)) continue;
    variables.emplace_back(variable);
  }
  return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Of what gnuplot prints (the command, a mark under it, the reason) the line with the reason.
std::string reason_in(const std::string& output) {
  std::string first;
  for (std::size_t begin = 0; begin < output.size();) {
    const std::size_t end = std::min(output.find('\n', begin), output.size());
    const std::string line = output.substr(begin, end - begin);
    const std::size_t text = line.find_first_not_of(" \t\r");
    if (text != std::string::npos) {
      if (line.find("\" line ") != std::string::npos) return printable(line.substr(text));
      if (first.empty()) first = printable(line.substr(text));
    }
    begin = end + 1;
  }
  return first.empty() ? "it gave no reason" : first;
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw IoError(kProgram, "wait for its end", errno);
  }
  return status;
}

/// What came of a gnuplot that was started, or not.
struct Answer {
  int error = 0;   ///< why it can't be started; 0 where it was
  int status = 0;  ///< of waitpid
  std::string output;
};

/// Starts gnuplot and waits for its end. \throws IoError
Answer ask_gnuplot(std::vector<std::string> arguments) {
  Pipe pipe;
  const SpawnSettings settings(pipe.writer());
  arguments.insert(arguments.begin(), kProgram);
  std::vector<std::string> variables = child_environment();
  pid_t child = -1;
  Answer answer;
  answer.error = posix_spawnp(&child, kProgram, settings.actions(), settings.attributes(),
                              pointers_to(arguments).data(), pointers_to(variables).data());
  if (answer.error != 0) return answer;
  answer.output = pipe.read_all();
  answer.status = wait_for(child);
  return answer;
}

}  // namespace

std::string quoted(const std::string& text) {
  // Whatever could mean something to gnuplot is written as its octal code: doubling the quotes is
  // not enough, as gnuplot 5.4 ends a string that starts with a doubled one.
  constexpr std::string_view kHarmless = " ,.:;()=+-/";
  std::string literal = "\"";
  for (const char byte : printable(text)) {
    const auto code = static_cast<unsigned char>(byte);
    const bool harmless =
        code >= 0x80 || std::isalnum(code) != 0 || kHarmless.find(byte) != std::string_view::npos;
    literal += harmless ? std::string(1, byte) : fmt::format("\\{:03o}", code);
  }
  return literal + '"';
}

void run_gnuplot(const std::string& script, const std::string& argument) {
  const Answer answer = ask_gnuplot({"-d", "-c", script, argument});
  if (answer.error != 0) {
    throw RunError(
        fmt::format("figures need gnuplot, which can't be started ({}): install it "
                    "(Debian package gnuplot-nox) or put it on the PATH; {}",
                    std::strerror(answer.error), kTablesAreThere));
  }
  if (WIFSIGNALED(answer.status)) {
    throw RunError(fmt::format("gnuplot was ended by signal {}; {}", WTERMSIG(answer.status),
                               kTablesAreThere));
  }
  if (WEXITSTATUS(answer.status) != 0) {
    throw RunError(
        fmt::format("gnuplot failed: {}; {}", reason_in(answer.output), kTablesAreThere));
  }
}

std::string gnuplot_version() {
  const Answer answer = ask_gnuplot({"--version"});
  if (answer.error != 0 || !WIFEXITED(answer.status) || WEXITSTATUS(answer.status) != 0) return "";
  return printable(answer.output.substr(0, answer.output.find_last_not_of(" \n") + 1));
}

}  // namespace clvae::report
