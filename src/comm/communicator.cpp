#include "comm/communicator.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <limits>
#include <new>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "comm/mpi_check.hpp"
#include "comm/patience.hpp"

namespace clvae::comm {

namespace {

int count_of(std::size_t size) {
  if (size > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw RunError(fmt::format("{} values are more than MPI sends at once", size));
  }
  return static_cast<int>(size);
}

/// Where each rank's share begins in what all ranks' shares make together.
struct Shares {
  std::vector<int> counts;
  std::vector<int> begins;
  std::size_t total = 0;

  Shares(int own, MPI_Comm communicator, int ranks) : counts(static_cast<std::size_t>(ranks)) {
    check_mpi(MPI_Allgather(&own, 1, MPI_INT, counts.data(), 1, MPI_INT, communicator));
    for (const int count : counts) {
      begins.push_back(count_of(total));
      total += static_cast<std::size_t>(count);
    }
    count_of(total);
  }
};

/// What one rank tells the others of a step: nothing, or its exit status in one byte and a message.
std::string outcome_of(const std::function<void()>& step) {
  const auto failure = [](ExitStatus status, const std::string& message) {
    return static_cast<char>(status) + message;
  };
  try {
    step();
    return {};
  } catch (const Error& error) {
    return failure(error.exit_status(), error.what());
  } catch (const std::bad_alloc&) {
    return failure(ExitStatus::run_failed, "out of memory");
  } catch (const std::exception& error) {
    return failure(ExitStatus::run_failed, first_line(error));
  }
}

}  // namespace

Communicator::Communicator(MPI_Comm handle) : handle_(handle) {
  MPI_Comm_set_errhandler(handle_, MPI_ERRORS_RETURN);
  int rank = 0;
  MPI_Comm_rank(handle_, &rank);
  MPI_Comm_size(handle_, &size_);
  rank_ = Rank{rank};
}

Communicator::~Communicator() {
  if (handle_ != MPI_COMM_NULL) MPI_Comm_free(&handle_);
}

Communicator::Communicator(Communicator&& other) noexcept
    : handle_(std::exchange(other.handle_, MPI_COMM_NULL)),
      rank_(other.rank_),
      size_(other.size_) {}

Communicator& Communicator::operator=(Communicator&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(rank_, other.rank_);
  std::swap(size_, other.size_);
  return *this;
}

Communicator Communicator::world() {
  MPI_Comm handle = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(MPI_COMM_WORLD, &handle));
  return Communicator(handle);
}

Communicator Communicator::duplicate() const {
  MPI_Comm handle = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(handle_, &handle));
  return Communicator(handle);
}

Communicator Communicator::on_this_host() const {
  MPI_Comm handle = MPI_COMM_NULL;
  check_mpi(
      MPI_Comm_split_type(handle_, MPI_COMM_TYPE_SHARED, rank_.value(), MPI_INFO_NULL, &handle));
  return Communicator(handle);
}

void Communicator::wait_for_all() const {
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Ibarrier(handle_, &request));
  Patience patience;
  for (int done = 0;;) {
    check_mpi(MPI_Test(&request, &done, MPI_STATUS_IGNORE));
    if (done != 0) return;
    patience.wait();
  }
}

std::string Communicator::broadcast(const std::string& text) const {
  int size = count_of(text.size());
  check_mpi(MPI_Bcast(&size, 1, MPI_INT, 0, handle_));
  std::string received = text;
  received.resize(static_cast<std::size_t>(size));
  check_mpi(MPI_Bcast(received.data(), size, MPI_CHAR, 0, handle_));
  return received;
}

void Communicator::broadcast(gsl::span<std::byte> bytes) const {
  constexpr std::size_t kMostAtOnce = 1U << 30U;  // MPI counts in ints
  for (std::size_t begin = 0; begin < bytes.size(); begin += kMostAtOnce) {
    const std::size_t count = std::min(kMostAtOnce, bytes.size() - begin);
    check_mpi(MPI_Bcast(&bytes[begin], static_cast<int>(count), MPI_BYTE, 0, handle_));
  }
}

std::vector<std::string> Communicator::all_gather(const std::string& text) const {
  const Shares shares(count_of(text.size()), handle_, size_);
  std::string all(shares.total, '\0');
  check_mpi(MPI_Allgatherv(text.data(), count_of(text.size()), MPI_CHAR, all.data(),
                           shares.counts.data(), shares.begins.data(), MPI_CHAR, handle_));
  std::vector<std::string> texts;
  for (std::size_t rank = 0; rank < shares.counts.size(); ++rank) {
    texts.push_back(all.substr(static_cast<std::size_t>(shares.begins[rank]),
                               static_cast<std::size_t>(shares.counts[rank])));
  }
  return texts;
}

std::vector<std::vector<double>> Communicator::gather(const std::vector<double>& values) const {
  const Shares shares(count_of(values.size()), handle_, size_);
  std::vector<double> all(is_root() ? shares.total : 0);
  check_mpi(MPI_Gatherv(values.data(), count_of(values.size()), MPI_DOUBLE, all.data(),
                        shares.counts.data(), shares.begins.data(), MPI_DOUBLE, 0, handle_));
  std::vector<std::vector<double>> gathered;
  if (!is_root()) return gathered;
  for (std::size_t rank = 0; rank < shares.counts.size(); ++rank) {
    const auto begin = all.begin() + shares.begins[rank];
    gathered.emplace_back(begin, begin + shares.counts[rank]);
  }
  return gathered;
}

std::vector<double> Communicator::sum(const std::vector<double>& values) const {
  std::vector<double> total(is_root() ? values.size() : 0);
  check_mpi(MPI_Reduce(values.data(), total.data(), count_of(values.size()), MPI_DOUBLE, MPI_SUM, 0,
                       handle_));
  return total;
}

SharedError::SharedError(const std::string& message, ExitStatus status, Rank first_rank)
    : Error(message, status), first_rank_(first_rank) {}

void together(const Communicator& communicator, const std::function<void()>& step) {
  const std::string own = outcome_of(step);
  communicator.wait_for_all();
  const std::vector<std::string> outcomes = communicator.all_gather(own);
  for (std::size_t rank = 0; rank < outcomes.size(); ++rank) {
    if (outcomes[rank].empty()) continue;
    const std::string message = outcomes[rank].substr(1);
    // What rank 0 reports holds for all; elsewhere the place matters (a disk that one host lacks).
    throw SharedError(rank == 0 ? message : fmt::format("rank {}: {}", rank, message),
                      static_cast<ExitStatus>(outcomes[rank][0]), Rank{static_cast<int>(rank)});
  }
}

}  // namespace clvae::comm
