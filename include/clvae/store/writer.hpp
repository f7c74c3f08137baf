#pragma once
/// \file
/// Writing members into a run file that `create` made: all ranks hold it open through MPI-IO, each
/// writes its own slabs independently.

#include <memory>
#include <string>
#include <vector>

#include <mpi.h>

#include "clvae/store/schema.hpp"

namespace clvae::store {

/// A run file opened for writing by all ranks of a communicator.
class Writer {
 public:
  /// Collective. Every rank learns if any can't open it, and all throw.
  /// \throws RunFileError, IoError
  Writer(const std::string& path, MPI_Comm communicator);
  /// Collective if `close` was not called and the stack is not unwinding; a rank that unwinds leaves
  /// the file as a kill would: every commit stands.
  ~Writer();
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;

  /// Writes one member: slabs, fdatasync, commit record, fdatasync. Any rank, independent; a member
  /// is committed by one rank at a time. The checksum in `record` is computed here, the state is
  /// set to done. \param slabs one for each MemberDataset of the kind, any order
  /// \throws RunFileError where slabs and layout disagree (nothing is written); IoError
  void commit(Kind kind, MemberIndex member, const std::vector<Slab>& slabs, CommitRecord record,
              const MemberProvenance& provenance);

  /// Marks a member as failed for good. Any rank, independent.
  void mark_failed(Kind kind, MemberIndex member, Attempt last_attempt);

  /// Keeps why an attempt failed (cut to 255 bytes). Any rank, independent.
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
