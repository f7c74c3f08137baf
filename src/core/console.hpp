#pragma once
/// \file
/// What the user sees while a job runs: one line an event, and on a terminal one live line.

#include <chrono>
#include <cstdio>
#include <string>

namespace clvae {

/// Writes events and a live progress line to one stream. Only the rank that owns one speaks.
///
/// On a terminal the live line is redrawn in place below the events; elsewhere (log files, pipes)
/// it is left out, so that a log has one line an event and no control characters.
class Console {
 public:
  enum class Mode { automatic, live, lines, silent };

  /// `stream` must outlive the console. `automatic` is live where the stream, and under
  /// mpirun mpirun's own output, is a terminal.
  explicit Console(std::FILE* stream, Mode mode = Mode::automatic);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// One line, for good.
  void event(const std::string& line);
  /// One line that starts with "warning:".
  void warning(const std::string& line);
  /// Replaces the live line; at most ten times a second, so callers need not ration.
  void live(const std::string& line);
  /// Takes the live line away.
  void end_live();
  bool is_live() const noexcept { return mode_ == Mode::live; }

 private:
  void draw_live_line();
  void clear_live_line();

  std::FILE* stream_;
  Mode mode_;
  bool live_line_shown_ = false;
  std::string live_line_;
  std::chrono::steady_clock::time_point last_drawn_{};
};

/// "1 h 02 min", "3 min 20 s", "12 s", "0.4 s".
std::string format_duration(double seconds);

/// "1.2 GiB", "340 MiB", "12 kiB".
std::string format_bytes(double bytes);

/// A share of one: "43 %", "0.43 %", "0.0043 %".
std::string format_share(double share);

}  // namespace clvae
