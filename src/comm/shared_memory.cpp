#include "comm/shared_memory.hpp"

#include <cerrno>
#include <exception>
#include <functional>
#include <limits>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/statvfs.h>

#include "comm/mpi_check.hpp"

namespace clvae::comm {

namespace {

/// Where Linux keeps what processes share.
constexpr const char* kFolder = "/dev/shm";

/// The first problem that a rank has found, on every rank; empty where none has. Collective.
std::string first_problem(const Communicator& host, const std::function<void()>& step) {
  std::string own;
  try {
    step();
  } catch (const RunError& error) {
    own = error.what();
  }
  host.wait_for_all();
  for (std::string& problem : host.all_gather(own)) {
    if (!problem.empty()) return std::move(problem);
  }
  return {};
}

/// Memory is promised without being there, and who touches too much of it is ended by a signal.
void require_space(std::size_t bytes) {
  const std::size_t available = free_shared_memory();
  if (bytes <= available) return;
  throw RunError(fmt::format("{} has {} MiB free of the {} MiB needed", kFolder, available >> 20U,
                             bytes >> 20U));
}

/// Takes the promised memory, so that the lack of it is an error.
void take(gsl::span<std::byte> memory) {
#ifdef MADV_POPULATE_WRITE
  if (memory.empty() || madvise(memory.data(), memory.size(), MADV_POPULATE_WRITE) == 0) return;
  if (errno == EINVAL) return;  // an older kernel
  throw RunError(fmt::format("{} MiB of shared memory are not to be had ({})", memory.size() >> 20U,
                             std::generic_category().message(errno)));
#else
  static_cast<void>(memory);
#endif
}

MPI_Win shared_window(const Communicator& host, std::size_t bytes) {
  MPI_Win window = MPI_WIN_NULL;
  void* own = nullptr;
  check_mpi(MPI_Win_allocate_shared(host.is_root() ? static_cast<MPI_Aint>(bytes) : 0, 1,
                                    MPI_INFO_NULL, host.get(), static_cast<void*>(&own), &window));
  MPI_Win_set_errhandler(window, MPI_ERRORS_RETURN);
  return window;
}

gsl::span<std::byte> memory_of(MPI_Win window, std::size_t bytes) {
  MPI_Aint size = 0;
  int unit = 0;
  void* begin = nullptr;
  check_mpi(MPI_Win_shared_query(window, 0, &size, &unit, static_cast<void*>(&begin)));
  return {static_cast<std::byte*>(begin), bytes};
}

}  // namespace

SharedMemory::SharedMemory(const Communicator& host, std::size_t bytes)
    : exceptions_before_(std::uncaught_exceptions()) {
  std::string problem = first_problem(host, [&] {
    if (host.is_root()) require_space(bytes);
  });
  if (problem.empty()) problem = first_problem(host, [&] { window_ = shared_window(host, bytes); });
  if (!problem.empty()) throw RunError(problem);
  problem = first_problem(host, [&] {
    bytes_ = memory_of(window_, bytes);
    if (host.is_root()) take(bytes_);
  });
  if (problem.empty()) return;
  MPI_Win_free(&window_);
  throw RunError(problem);
}

SharedMemory::~SharedMemory() {
  if (window_ == MPI_WIN_NULL || std::uncaught_exceptions() > exceptions_before_) return;
  MPI_Win_free(&window_);
}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : window_(std::exchange(other.window_, MPI_WIN_NULL)),
      bytes_(std::exchange(other.bytes_, {})),
      exceptions_before_(other.exceptions_before_) {}

SharedMemory& SharedMemory::operator=(SharedMemory&& other) noexcept {
  std::swap(window_, other.window_);
  std::swap(bytes_, other.bytes_);
  std::swap(exceptions_before_, other.exceptions_before_);
  return *this;
}

void SharedMemory::synchronise() const { check_mpi(MPI_Win_fence(MPI_MODE_NOSUCCEED, window_)); }

std::size_t free_shared_memory() {
  struct statvfs space {};
  if (statvfs(kFolder, &space) != 0) return std::numeric_limits<std::size_t>::max();
  return static_cast<std::size_t>(space.f_bavail) * space.f_frsize;
}

}  // namespace clvae::comm
