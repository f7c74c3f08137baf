#pragma once
/// \file
/// From walks to what the tables say.

#include <string>
#include <vector>

#include "evaluate/walks.hpp"
#include "reduce/comparison.hpp"
#include "report/members.hpp"
#include "report/report.hpp"

namespace clvae::evaluate {

/// What a run's tables are conditional on, without any curve. Any rank.
report::Reduction describe_run(const store::Reader& reader, const TestBed& bed, double confidence);

/// Adds a curve for each walk, a forecast for each primary one, and comparisons: of each two
/// primary curves, and of each primary one with its variants that differ by score or by merge
/// alone; first is the one that is ahead at the largest size, which the second can't have
/// overtaken. One rank.
void add_findings(const std::vector<KindWalks>& kinds, const config::Reduction& reduction,
                  report::Reduction& result);

/// What one run gave, and what it is called.
struct RunWalks {
  std::string name;
  std::vector<KindWalks> kinds;
};

/// For each primary curve of the first run that the second has as well: both curves, and the gain,
/// the first less the second. One rank. \param pairing same_members where each member of the one
/// has its twin in the other (the same seed), so that the gain is that within pairs
void add_gains(const RunWalks& first, const RunWalks& second, reduce::Pairing pairing,
               double confidence, report::Reduction& result);

/// Every member on its own: its AUC by each score is that of the walks' first steps.
std::vector<report::MemberRow> member_rows(const store::Reader& reader,
                                           const std::vector<KindWalks>& kinds);

}  // namespace clvae::evaluate
