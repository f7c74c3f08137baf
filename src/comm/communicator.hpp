#pragma once
/// \file
/// A group of ranks and what they can do together.

#include <cstddef>
#include <functional>
#include <mpi.h>
#include <string>
#include <vector>

#include <gsl/span>

#include "clvae/core/errors.hpp"
#include "core/strong.hpp"

namespace clvae::comm {

/// Owns an MPI communicator. Collective calls throw RunError where MPI reports an error.
class Communicator {
 public:
  /// A duplicate of MPI_COMM_WORLD. Collective.
  static Communicator world();
  ~Communicator();
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;
  Communicator(Communicator&& other) noexcept;
  Communicator& operator=(Communicator&& other) noexcept;

  MPI_Comm get() const noexcept { return handle_; }
  Rank rank() const noexcept { return rank_; }
  int size() const noexcept { return size_; }
  bool is_root() const noexcept { return rank_ == Rank{0}; }

  /// The same ranks with mailboxes of their own. Collective.
  Communicator duplicate() const;
  /// The ranks that share this rank's host. Collective.
  Communicator on_this_host() const;

  /// Waits for all ranks without burning a core. Collective.
  void wait_for_all() const;
  /// Rank 0's text, on every rank. Collective.
  std::string broadcast(const std::string& text) const;
  /// Rank 0's bytes, of any number, into as many on every rank. Collective.
  void broadcast(gsl::span<std::byte> bytes) const;
  /// Every rank's text, in rank order, on every rank. Collective.
  std::vector<std::string> all_gather(const std::string& text) const;
  /// Every rank's values, in rank order, on rank 0; nothing elsewhere. Collective.
  std::vector<std::vector<double>> gather(const std::vector<double>& values) const;
  /// The ranks' values added up, as many on each, on rank 0; nothing elsewhere. Exact, whatever the
  /// number of ranks, where all sums are whole numbers below 2^53. Collective.
  std::vector<double> sum(const std::vector<double>& values) const;

 private:
  explicit Communicator(MPI_Comm handle);

  MPI_Comm handle_ = MPI_COMM_NULL;
  Rank rank_;
  int size_ = 0;
};

/// An error that all ranks have agreed on: each throws it, so each can leave in good order.
class SharedError : public Error {
 public:
  SharedError(const std::string& message, ExitStatus status, Rank first_rank);
  Rank first_rank() const noexcept { return first_rank_; }  ///< the lowest rank that failed

 private:
  Rank first_rank_;
};

/// Runs `step` on every rank, then lets all know how it went, so that a rank that fails never
/// leaves the others waiting in the next collective call. Waits patiently. Collective. \throws
/// SharedError on every rank where `step` threw on any: the lowest failing rank's message
void together(const Communicator& communicator, const std::function<void()>& step);

}  // namespace clvae::comm
