#pragma once
/// \file
/// `epochs.csv`: the losses of every epoch of every member, while it is trained.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "core/kind.hpp"
#include "core/strong.hpp"

namespace clvae::run {

/// One epoch of one attempt at one member. Losses have the precision of the run file.
struct EpochRow {
  Kind kind{};
  MemberIndex member;
  Attempt attempt;
  std::uint64_t seed = 0;  ///< of the attempt
  int epoch = 0;           ///< from 1
  float training_loss = 0;
  float validation_loss = 0;  ///< NaN without validation samples
  double learning_rate = 0;   ///< of the epoch's last step
  double seconds = 0;         ///< that the member was trained for by then; NaN: not known any more
};

/// The rows of a table that any job wrote. Lines that are no rows are passed over, as a job that
/// was killed while it wrote leaves one. No rows where there is no table. Any process, at any time.
std::vector<EpochRow> read_epochs(const std::string& path);

/// The table of a run that is being trained: a row is appended when its epoch ends. Rank 0 alone.
/// Each epoch has one row, also where a member goes on from a checkpoint and makes epochs again
/// that the table has. It is an aid, without which a job goes on: what can't be written is told
/// once, and then left.
class EpochTable {
 public:
  /// Takes up what is there. \param warn told in one line where the table can't be written
  EpochTable(std::string path, std::function<void(const std::string&)> warn);

  /// An epoch has ended. Appends its row; one that the table has is replaced with the next `write`.
  void note(const EpochRow& row);
  /// The member is done by this attempt, and these are all its epochs; what is there of their
  /// seconds is kept. Rows of attempts that failed before stay, those of others go.
  void settle(Kind kind, MemberIndex member, Attempt attempt, const std::vector<EpochRow>& epochs);
  /// The member is trained from its start by this attempt: what is there of it, or of later ones,
  /// is of a job that kept nothing else.
  void forget(Kind kind, MemberIndex member, Attempt attempt);
  /// Takes out rows of kinds and members that the run does not have, as of another run that was in
  /// the folder. \param members of each kind that has epochs
  void limit(const std::map<Kind, std::size_t>& members);
  /// Writes the whole table, ordered, where it is not so already.
  void write();

 private:
  using Key = std::tuple<Kind, MemberIndex, Attempt, int>;

  void give_up(const std::string& reason);

  std::string path_;
  std::function<void(const std::string&)> warn_;
  std::map<Key, EpochRow> rows_;
  std::string written_;  ///< by this object, or read at its start
  bool has_given_up_ = false;
};

}  // namespace clvae::run
