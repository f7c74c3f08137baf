#include "run/launch.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <new>
#include <unistd.h>

#include <fmt/format.h>

#include "comm/guard.hpp"
#include "comm/session.hpp"
#include "run/stop_signals.hpp"

namespace clvae::run {

namespace {

constexpr unsigned kMostSecondsToLeave = 20;

/// What `action` returns, or the exit status of what it throws.
int status_of(const std::function<int()>& action) {
  try {
    return action();
  } catch (const Error& error) {
    print_error(error.what());
    return static_cast<int>(error.exit_status());
  } catch (const std::bad_alloc&) {
    print_error("out of memory");
  } catch (const std::exception& error) {
    print_error(first_line(error));
  }
  return static_cast<int>(ExitStatus::run_failed);
}

}  // namespace

int launched_rank() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}) {
    if (const char* rank = std::getenv(name))
      return std::atoi(rank);  // NOLINT: 0 is right for junk
  }
  return 0;
}

int on_all_ranks(const std::function<void(const comm::Communicator&)>& job) {
  return status_of([&] {
    const StopSignals signals;
    StopSignals::expect_from_launcher();
    const comm::Session session;
    const comm::Communicator world = comm::Communicator::world();
    const int status = comm::guarded(world, stderr, [&] { job(world); });
    // Where the launcher is dead, MPI waits for it for ever.
    if (status == static_cast<int>(ExitStatus::interrupted)) alarm(kMostSecondsToLeave);
    return status;
  });
}

int alone(const std::function<void()>& job) {
  if (launched_rank() != 0) return static_cast<int>(ExitStatus::success);
  return status_of([&] {
    job();
    return static_cast<int>(ExitStatus::success);
  });
}

void survive_file_size_limits() { std::signal(SIGXFSZ, SIG_IGN); }

int with_output_written(int status) {
  errno = 0;
  std::cout.flush();
  const bool is_written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.good();
  // Who closes a pipe has read enough.
  if (is_written || errno == EPIPE || status != static_cast<int>(ExitStatus::success))
    return status;
  print_error(fmt::format("standard output could not be written in full{}{}",
                          errno == 0 ? "" : ": ", errno == 0 ? "" : std::strerror(errno)));
  return static_cast<int>(ExitStatus::run_failed);
}

void print_error(const std::string& message) {
  if (launched_rank() == 0) fmt::print(stderr, "clvae: error: {}\n", message);
}

}  // namespace clvae::run
