#include "comm/guard.hpp"

#include <array>
#include <exception>
#include <new>
#include <string>

#include <fmt/format.h>

namespace clvae::comm {

namespace {

std::string host_name() {
  std::array<char, MPI_MAX_PROCESSOR_NAME> name{};
  int length = 0;
  MPI_Get_processor_name(name.data(), &length);
  return {name.data(), static_cast<std::size_t>(length)};
}

int end_all(const Communicator& communicator, std::FILE* errors, const std::string& message,
            ExitStatus status) {
  if (communicator.size() == 1) {
    fmt::print(errors, "clvae: error: {}\n", message);
    return static_cast<int>(status);
  }
  fmt::print(errors, "clvae: error: rank {} on {}: {}\n", communicator.rank().value(), host_name(),
             message);
  std::fflush(errors);
  MPI_Abort(communicator.get(), static_cast<int>(status));
  return static_cast<int>(status);
}

}  // namespace

int guarded(const Communicator& communicator, std::FILE* errors, const std::function<void()>& job) {
  try {
    job();
    return static_cast<int>(ExitStatus::success);
  } catch (const SharedError& error) {
    const bool is_stop = error.exit_status() == ExitStatus::interrupted;
    if (communicator.is_root()) {
      fmt::print(errors, "clvae: {}: {}\n", is_stop ? "stopped" : "error", error.what());
    }
    return static_cast<int>(error.exit_status());
  } catch (const Error& error) {
    return end_all(communicator, errors, error.what(), error.exit_status());
  } catch (const std::bad_alloc&) {
    return end_all(communicator, errors, "out of memory", ExitStatus::run_failed);
  } catch (const std::exception& error) {
    return end_all(communicator, errors, first_line(error), ExitStatus::run_failed);
  }
}

}  // namespace clvae::comm
