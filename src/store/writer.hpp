#pragma once
/// \file
/// Writing members into a run file that `create` made: all ranks hold it open through MPI-IO, each
/// writes its own slabs independently.

#include <memory>
#include <mpi.h>
#include <string>
#include <vector>

#include "store/schema.hpp"

namespace clvae::store {

/// A run file opened for writing by all ranks of a communicator.
class Writer {
 public:
  /// Collective, after MPI_Init. Every rank checks the whole file; if any can't open it, all throw
  /// the same error. \throws RunFileError, IoError
  Writer(const std::string& path, MPI_Comm communicator);
  /// Collective, before MPI_Finalize, if `close` was not called and the stack is not unwinding; a
  /// rank that unwinds leaves the file as a kill would: every commit stands. (HDF5 then closes it
  /// in MPI_Finalize, which waits for all ranks: end with MPI_Abort unless all unwind.)
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;

  /// Whether the file has a place for members' values of that name: one that an earlier version
  /// made may lack some that members have today. Any rank.
  bool takes(Kind kind, const std::string& dataset) const;

  /// Writes one member: slabs, fdatasync, commit record, fdatasync. Any rank, independent; a member
  /// is committed by one rank at a time. The checksum in `record` is computed here, the state is
  /// set to done. \param slabs one for each MemberDataset of the kind, any order
  /// \throws RunFileError where slabs and layout disagree (nothing is written); IoError
  void commit(Kind kind, MemberIndex member, const std::vector<Slab>& slabs, CommitRecord record,
              const MemberProvenance& provenance);

  /// Marks a member as failed for good. Any rank, independent. \throws RunFileError, IoError
  void mark_failed(Kind kind, MemberIndex member, Attempt last_attempt);

  /// Keeps why an attempt failed (cut to 255 bytes). Any rank, independent.
  /// \throws RunFileError for an attempt that the file has no place for; IoError
  void note_attempt(Kind kind, MemberIndex member, Attempt attempt, const std::string& message);

  /// Keeps the description of this job in the next free of 32 places of `/provenance/sessions`
  /// (cut to 8,191 bytes; the last place is overwritten when all are taken). One rank only.
  void note_session(const std::string& description);

  /// Collective: H5Fclose. To be called after all ranks have agreed that none failed.
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clvae::store
