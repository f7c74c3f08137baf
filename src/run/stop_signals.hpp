#pragma once
/// \file
/// How a job is asked from outside to stop.

#include <array>
#include <csignal>

namespace clvae::run {

/// Turns USR1, USR2, TERM and INT into a note that the job looks at, while it lives; a second TERM
/// or INT ends the process at once. One a process.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// The signal that has come, "SIGTERM"; nullptr before. Any time.
  static const char* arrived() noexcept;

  /// Has the system send TERM to this process when mpirun, or its daemon on this host, dies before
  /// it: nobody else would tell the ranks.
  static void expect_from_launcher();

 private:
  static constexpr std::array<int, 4> kSignals{SIGUSR1, SIGUSR2, SIGTERM, SIGINT};
  std::array<struct sigaction, kSignals.size()> before_{};
};

}  // namespace clvae::run
