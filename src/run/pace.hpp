#pragma once
/// \file
/// How long the members that are left take, before any is trained.

#include <cstddef>
#include <map>
#include <vector>

#include "core/kind.hpp"
#include "methods/plan.hpp"
#include "run/run_folder.hpp"

namespace clvae::run {

/// Members that are still to be trained: those of the run file where there is one, else all.
std::map<Kind, std::size_t> members_left(const methods::Plan& plan, const RunFolder& folder);

/// How fast one rank makes members of a kind.
struct MemberPace {
  double seconds = 0;  ///< of the rank for each, with all its lanes at work
  int lanes = 1;       ///< members at a time, each of which takes as many times those seconds
};
using RankPace = std::map<Kind, MemberPace>;

/// How long the ranks take for so many members when each lane asks for another as soon as it is
/// free, kinds that take longest first, and ranks share what is less than they have lanes.
double training_time(const std::map<Kind, std::size_t>& members,
                     const std::vector<RankPace>& ranks);

/// What lanes have done so far.
struct LaneWork {
  double seconds = 0;  ///< of all of them together
  double cost = 0;     ///< of what was trained in that time, in any unit
};

/// Seconds until members of that cost are trained, at the pace so far. A member takes longer beside
/// others, but as many end at a time as there are lanes. \pre something was trained
double time_left(const LaneWork& so_far, double cost_left, std::size_t members_left,
                 std::size_t lanes);

}  // namespace clvae::run
