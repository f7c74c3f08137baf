#pragma once
/// \file
/// What the summary page of a run says beside its tables and figures.

#include <vector>

#include "report/summary.hpp"
#include "store/reader.hpp"

namespace clvae::evaluate {

/// The page of one run, with figures that are drawn already.
report::SummaryPage summary_page(const store::Reader& reader, const report::Reduction& reduction,
                                 const std::vector<report::MemberRow>& members,
                                 const std::vector<report::SummaryFigure>& figures);

}  // namespace clvae::evaluate
