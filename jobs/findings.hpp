#pragma once
/// \file
/// From walks to what the tables say.

#include <vector>

#include "clvae/report/members.hpp"
#include "clvae/report/report.hpp"
#include "walks.hpp"

namespace clvae::jobs {

/// Adds a curve for each walk, a forecast for each primary one, and comparisons: of each two
/// primary curves, and of each primary one with its variants that differ by score or by merge
/// alone; first is the one that is ahead at the largest size, which the second can't have
/// overtaken. One rank.
void add_findings(const std::vector<KindWalks>& kinds, const config::Reduction& reduction,
                  report::Reduction& result);

/// Every member on its own: its AUC by each score is that of the walks' first steps.
std::vector<report::MemberRow> member_rows(const store::Reader& reader,
                                           const std::vector<KindWalks>& kinds);

}  // namespace clvae::jobs
