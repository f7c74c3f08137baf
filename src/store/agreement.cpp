#include "store/agreement.hpp"

#include <array>
#include <cstdint>
#include <exception>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/digest.hpp"

namespace clvae::store {

namespace {

/// What one rank met.
struct Outcome {
  std::exception_ptr error;  ///< none where all went well
  std::string text;          ///< "" where all went well
  int error_number = 0;      ///< of an IoError, else 0
};

Outcome run(const std::function<void()>& action) {
  Outcome outcome;
  try {
    action();
  } catch (const IoError& error) {
    outcome = {std::current_exception(), error.what(), error.error_number()};
  } catch (const std::exception& error) {
    outcome = {std::current_exception(), error.what(), 0};
  }
  return outcome;
}

/// Collective. Whether every rank has the same text.
bool is_same_everywhere(MPI_Comm communicator, const std::string& text) {
  const std::uint64_t own = Digest().add(text).value64();
  // The largest complement is the complement of the smallest, which saves a second reduction.
  const std::array<std::uint64_t, 2> mine{own, ~own};
  std::array<std::uint64_t, 2> largest{};
  MPI_Allreduce(mine.data(), largest.data(), 2, MPI_UINT64_T, MPI_MAX, communicator);
  return largest[0] == ~largest[1];
}

}  // namespace

void agree(MPI_Comm communicator, const std::string& path, const std::function<void()>& action) {
  Outcome outcome = run(action);
  if (is_same_everywhere(communicator, outcome.text)) {
    if (outcome.error) std::rethrow_exception(outcome.error);
    return;
  }
  int rank = 0;
  int ranks = 0;
  MPI_Comm_rank(communicator, &rank);
  MPI_Comm_size(communicator, &ranks);
  const int claim = outcome.error ? rank : ranks;
  int failed = 0;
  MPI_Allreduce(&claim, &failed, 1, MPI_INT, MPI_MIN, communicator);
  std::array<int, 2> header{outcome.error_number, static_cast<int>(outcome.text.size())};
  MPI_Bcast(header.data(), 2, MPI_INT, failed, communicator);
  outcome.text.resize(static_cast<std::size_t>(header[1]));
  MPI_Bcast(outcome.text.data(), header[1], MPI_CHAR, failed, communicator);
  if (header[0] != 0) {
    throw IoError(path, fmt::format("open it on rank {} of {} ({})", failed, ranks, outcome.text),
                  header[0]);
  }
  throw RunFileError(path, fmt::format("rank {} of {}", failed, ranks), outcome.text,
                     "a run file that every rank can open");
}

}  // namespace clvae::store
