#pragma once
/// \file
/// From walks to what the tables say.

#include <vector>

#include "clvae/report/members.hpp"
#include "clvae/report/report.hpp"
#include "walks.hpp"

namespace clvae::jobs {

/// Adds a curve for each walk; a forecast for each primary one; and comparisons, both ways round:
/// of each two primary curves, and of each curve with the primary one of its kind and of its score
/// or merge. One rank.
void add_findings(const std::vector<KindWalks>& kinds, const config::Reduction& reduction,
                  report::Reduction& result);

/// Every member on its own: its AUC by each score is that of the walks' first steps.
std::vector<report::MemberRow> member_rows(const store::Reader& reader,
                                           const std::vector<KindWalks>& kinds);

}  // namespace clvae::jobs
