#include "run/stop_signals.hpp"

#include <atomic>
#include <cstdlib>
#include <unistd.h>

#include <sys/prctl.h>

namespace clvae::run {

namespace {

/// A signal handler can reach nothing that has an owner.
std::atomic<int>& arrived_signal() {
  static std::atomic<int> signal{0};
  return signal;
}

void note(int signal) {
  const bool is_urgent = signal == SIGTERM || signal == SIGINT;
  if (arrived_signal().exchange(signal) != 0 && is_urgent) _exit(128 + signal);
}

}  // namespace

StopSignals::StopSignals() {
  arrived_signal() = 0;
  struct sigaction action {};
  action.sa_handler = &note;
  action.sa_flags = SA_RESTART;  // libraries need not know of it
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &action, &before_[i]);
}

StopSignals::~StopSignals() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
}

const char* StopSignals::arrived() noexcept {
  switch (arrived_signal()) {
    case 0:
      return nullptr;
    case SIGUSR1:
      return "SIGUSR1";
    case SIGUSR2:
      return "SIGUSR2";
    case SIGINT:
      return "SIGINT";
    default:
      return "SIGTERM";
  }
}

void StopSignals::expect_from_launcher() {
  // Ranks that srun starts are ended by Slurm, and their parent is no launcher that may die alone.
  if (std::getenv("OMPI_COMM_WORLD_RANK") != nullptr) prctl(PR_SET_PDEATHSIG, SIGTERM);
}

}  // namespace clvae::run
