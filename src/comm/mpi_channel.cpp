#include "comm/mpi_channel.hpp"

#include <exception>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "comm/mpi_check.hpp"
#include "comm/patience.hpp"

namespace clvae::comm {

namespace {

constexpr int kTag = 1;

}  // namespace

MpiChannel::MpiChannel(const Communicator& communicator)
    : communicator_(communicator.duplicate()), exceptions_before_(std::uncaught_exceptions()) {}

MpiChannel::~MpiChannel() {
  if (std::uncaught_exceptions() > exceptions_before_) return;
  Patience patience;
  for (forget_what_was_sent(); !sending_.empty(); forget_what_was_sent()) patience.wait();
}

void MpiChannel::send(Rank to, std::string bytes) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw RunError(
        fmt::format("a message of {} bytes is more than MPI sends at once", bytes.size()));
  }
  forget_what_was_sent();
  sending_.push_back({std::move(bytes)});
  Sending& latest = sending_.back();
  // Completed by MPI_Test in forget_what_was_sent, where the analyser doesn't see it.
  // NOLINTNEXTLINE(clang-analyzer-optin.mpi.MPI-Checker)
  check_mpi(MPI_Isend(latest.bytes.data(), static_cast<int>(latest.bytes.size()), MPI_CHAR,
                      to.value(), kTag, communicator_.get(), &latest.request));
}

std::optional<Message> MpiChannel::try_receive() {
  forget_what_was_sent();
  int found = 0;
  MPI_Message handle = MPI_MESSAGE_NULL;
  MPI_Status status;
  check_mpi(MPI_Improbe(MPI_ANY_SOURCE, kTag, communicator_.get(), &found, &handle, &status));
  if (found == 0) return std::nullopt;
  int count = 0;
  check_mpi(MPI_Get_count(&status, MPI_CHAR, &count));
  Message message{Rank{status.MPI_SOURCE}, std::string(static_cast<std::size_t>(count), '\0')};
  check_mpi(MPI_Mrecv(message.bytes.data(), count, MPI_CHAR, &handle, MPI_STATUS_IGNORE));
  return message;
}

void MpiChannel::forget_what_was_sent() {
  sending_.remove_if([](Sending& message) {
    int done = 0;
    return MPI_Test(&message.request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS && done != 0;
  });
}

}  // namespace clvae::comm
