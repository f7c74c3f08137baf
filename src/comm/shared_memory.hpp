#pragma once
/// \file
/// Memory that the ranks of one host share.

#include <cstddef>
#include <mpi.h>

#include <gsl/span>

#include "comm/communicator.hpp"

namespace clvae::comm {

/// Owns memory that all ranks of a host see, a shared window of MPI.
class SharedMemory {
 public:
  /// Collective. \param host ranks of one host \param bytes the same on all of them
  /// \throws RunError on every rank where the host does not give as much: too little space in its
  /// folder of shared memory, or an MPI without shared windows
  SharedMemory(const Communicator& host, std::size_t bytes);
  /// Gives the memory back; it is left to the end of MPI when an exception is on its way, since the
  /// other ranks may be elsewhere. Collective.
  ~SharedMemory();
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  SharedMemory(SharedMemory&& other) noexcept;
  SharedMemory& operator=(SharedMemory&& other) noexcept;

  /// The same memory on every rank, aligned for any number; of any content at first.
  gsl::span<std::byte> bytes() const { return bytes_; }

  /// Lets every rank see what any of them wrote before. Collective.
  void synchronise() const;

 private:
  MPI_Win window_ = MPI_WIN_NULL;
  gsl::span<std::byte> bytes_;
  int exceptions_before_ = 0;
};

/// Bytes that may be shared on this host; all there are where it has no folder to ask.
std::size_t free_shared_memory();

}  // namespace clvae::comm
