#pragma once
/// \file
/// The tables of the summary page.

#include <string>
#include <vector>

#include "report/summary.hpp"

namespace clvae::report {

/// Names and what they say.
std::string facts_html(const std::string& caption, const std::vector<Fact>& facts);

/// The primary curves at round sizes with their intervals, and what those mean.
std::string curves_html(const Reduction& reduction);

/// All curves at their largest size.
std::string largest_html(const Reduction& reduction);

std::string comparisons_html(const Reduction& reduction);

std::string forecasts_html(const Reduction& reduction);

std::string sweep_html(const Sweep& sweep);

/// The primary methods against each set, and their means over groups.
std::string evaluation_html(const Evaluation& evaluation, const std::string& caption);

std::string members_html(const std::vector<MemberRow>& members);

}  // namespace clvae::report
