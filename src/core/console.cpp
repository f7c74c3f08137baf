#include "core/console.hpp"

#include <array>
#include <cmath>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

namespace clvae {

namespace {

constexpr std::chrono::milliseconds kRedrawInterval{100};

/// The parent of a process, 0 where it can't be told.
int parent_of(int process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string text;
  std::getline(file, text);
  // "pid (name) state parent ...", where the name may hold anything.
  const auto end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos) return 0;
  std::istringstream fields(text.substr(end_of_name + 1));
  char state = 0;
  int parent = 0;
  return fields >> state >> parent ? parent : 0;
}

/// Open MPI gives its ranks a pseudo-terminal even where mpirun itself writes to a log file. So the
/// question goes to the nearest ancestor with another standard output: mpirun, or on another host a
/// daemon that has no terminal.
bool is_mpirun_on_a_terminal() {
  struct stat own {};
  if (fstat(STDOUT_FILENO, &own) != 0) return false;
  for (int ancestor = getppid(); ancestor > 1; ancestor = parent_of(ancestor)) {
    const std::string output = fmt::format("/proc/{}/fd/1", ancestor);
    struct stat found {};
    if (stat(output.c_str(), &found) != 0) return false;
    if (found.st_dev == own.st_dev && found.st_ino == own.st_ino) continue;
    const int number = open(output.c_str(), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (number < 0) return false;
    const bool is_terminal = isatty(number) != 0;
    close(number);
    return is_terminal;
  }
  return false;
}

bool is_seen_on_a_terminal(std::FILE* stream) {
  if (isatty(fileno(stream)) == 0) return false;
  return std::getenv("OMPI_COMM_WORLD_RANK") == nullptr || is_mpirun_on_a_terminal();
}

}  // namespace

Console::Console(std::FILE* stream, Mode mode) : stream_(stream), mode_(mode) {
  if (mode_ == Mode::automatic) {
    mode_ = is_seen_on_a_terminal(stream_) ? Mode::live : Mode::lines;
  }
}

Console::~Console() { end_live(); }

void Console::event(const std::string& line) {
  if (mode_ == Mode::silent) return;
  const bool redraw = live_line_shown_;
  clear_live_line();
  std::fputs((line + "\n").c_str(), stream_);
  if (redraw) draw_live_line();
  std::fflush(stream_);
}

void Console::warning(const std::string& line) { event("warning: " + line); }

void Console::live(const std::string& line) {
  if (mode_ != Mode::live) return;
  const auto now = std::chrono::steady_clock::now();
  if (live_line_shown_ && now - last_drawn_ < kRedrawInterval) return;
  clear_live_line();
  live_line_ = line;
  draw_live_line();
  std::fflush(stream_);
  last_drawn_ = now;
}

void Console::end_live() {
  if (!live_line_shown_) return;
  clear_live_line();
  std::fflush(stream_);
}

void Console::draw_live_line() {
  // Without wrapping at the terminal's edge, as the next redraw clears one row only.
  std::fputs(("\x1b[?7l" + live_line_ + "\x1b[?7h").c_str(), stream_);
  live_line_shown_ = true;
}

void Console::clear_live_line() {
  if (!live_line_shown_) return;
  std::fputs("\r\x1b[K", stream_);
  live_line_shown_ = false;
}

std::string format_duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "?";
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<long long>(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

std::string format_bytes(double bytes) {
  constexpr std::array<const char*, 5> kUnits{"B", "kiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format(unit == 0 || bytes >= 100 ? "{:.0f} {}" : "{:.1f} {}", bytes, kUnits[unit]);
}

std::string format_share(double share) {
  const double percent = 100 * share;
  return percent < 1 ? fmt::format("{:.2g} %", percent) : fmt::format("{:.0f} %", percent);
}

}  // namespace clvae
