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

/// How long the ranks take for so many members when each asks for another as soon as it is free,
/// kinds that take longest first. \param member_seconds of each rank, by kind
double training_time(const std::map<Kind, std::size_t>& members,
                     const std::vector<std::map<Kind, double>>& member_seconds);

}  // namespace clvae::run
