#pragma once
/// \file
/// How far a run has come, from its files alone, while a job works on it or not.

#include <cstddef>
#include <string>
#include <vector>

#include "core/kind.hpp"
#include "run/epoch_table.hpp"
#include "run/run_folder.hpp"

namespace clvae::run {

/// The members of one kind.
struct KindStanding {
  Kind kind{};
  std::size_t members = 0;
  std::size_t done = 0;
  std::size_t failed = 0;
  std::size_t pending() const { return members - done - failed; }
};

struct RunStanding {
  std::string path;  ///< of the run's folder
  std::vector<KindStanding> kinds;
  int epochs = 0;                     ///< of a member, at most
  std::vector<EpochRow> in_training;  ///< the latest epoch of each member that is pending
  bool is_at_work = false;            ///< a job, as far as the run's lock shows
  bool is_complete() const;           ///< no member is pending
  std::size_t done() const;           ///< members, of all kinds
  std::size_t members() const;
};

/// Any process, at any time. \throws RunFileError
RunStanding standing_of(const RunFolder& folder);

/// The run in one line, and a line for each member in training, at most `most` of them.
std::vector<std::string> describe(const RunStanding& standing, std::size_t most);

/// What has come since, in lines for a log: epochs that ended, and how many members are done.
std::vector<std::string> news(const RunStanding& before, const RunStanding& now);

}  // namespace clvae::run
