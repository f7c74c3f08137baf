#pragma once
/// \file
/// States of members whose training was interrupted, one file each beside the run file.

#include <functional>
#include <optional>
#include <string>

#include "core/kind.hpp"
#include "core/strong.hpp"

namespace clvae::store {

/// The folder of a run's checkpoints. Any rank; each member's file is written by the one rank that
/// trains it. No MPI. `src/store/README.md` describes the format.
class Checkpoints {
 public:
  /// Which attempt at which member.
  struct Key {
    Kind kind{};
    MemberIndex member;
    Attempt attempt;
  };

  /// \param folder made with the first checkpoint, within one that is there  \param identity of the
  /// run: a checkpoint of
  ///   another one counts as none
  Checkpoints(std::string folder, std::string identity);

  /// Keeps a state in place of the member's earlier one: temporary file, fsync, rename, so that a
  /// kill at any moment leaves the earlier or the new one whole. \throws IoError
  void keep(const Key& key, const std::string& state) const;

  /// The kept state, where there is one of this run and attempt. \param warn told in one line where
  /// there is one that can't be used: damaged, or of another run, attempt or version
  std::optional<std::string> find(const Key& key,
                                  const std::function<void(const std::string&)>& warn) const;

  /// Removes the member's, whatever its attempt. Says nothing where there is none.
  void remove(Kind kind, MemberIndex member) const noexcept;

  /// Removes all checkpoints, and the folder if nothing else is in it.
  void remove_all() const noexcept;

  std::string file_of(Kind kind, MemberIndex member) const;

 private:
  std::string folder_;
  std::string identity_;
};

}  // namespace clvae::store
