#include "clvae/core/console.hpp"

#include <unistd.h>

#include <array>
#include <cmath>

#include <fmt/format.h>

namespace clvae {

namespace {

constexpr std::chrono::milliseconds kRedrawInterval{100};

}  // namespace

Console::Console(std::FILE* stream, Mode mode) : stream_(stream), mode_(mode) {
  if (mode_ == Mode::automatic) {
    mode_ = isatty(fileno(stream_)) != 0 ? Mode::live : Mode::lines;
  }
}

Console::~Console() { end_live(); }

void Console::event(const std::string& line) {
  if (mode_ == Mode::silent) return;
  const bool redraw = live_line_shown_;
  clear_live_line();
  std::fputs((line + "\n").c_str(), stream_);
  if (redraw) {
    std::fputs(live_line_.c_str(), stream_);
    live_line_shown_ = true;
  }
  std::fflush(stream_);
}

void Console::warning(const std::string& line) { event("warning: " + line); }

void Console::live(const std::string& line) {
  if (mode_ != Mode::live) return;
  const auto now = std::chrono::steady_clock::now();
  if (live_line_shown_ && now - last_drawn_ < kRedrawInterval) return;
  clear_live_line();
  live_line_ = line;
  std::fputs(live_line_.c_str(), stream_);
  std::fflush(stream_);
  live_line_shown_ = true;
  last_drawn_ = now;
}

void Console::end_live() {
  if (!live_line_shown_) return;
  clear_live_line();
  std::fflush(stream_);
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

}  // namespace clvae
