#pragma once
/// \file
/// Comparisons and forecasts in words, the same in the terminal and on the page.

#include <string>

#include "report/report.hpp"

namespace clvae::report {

/// The title with the merge where another curve of the reduction has the same title.
std::string name_of(const Reduction& reduction, std::size_t curve);

/// "A overtakes B from size 3 on: at 20 its AUC is 0.0123 [0.0100, 0.0150] higher."
std::string in_words(const Comparison& comparison, const Reduction& reduction);

/// "A: about 23 members for a 95 % curve interval of +-0.0050; with ever more members the AUC tends
/// to 0.9812 [0.9780, 0.9850]."
std::string in_words(const CurveForecast& forecast, const Reduction& reduction);

/// What the two intervals of a table mean.
std::string curve_interval_in_words(double confidence);
std::string total_interval_in_words(double confidence);

}  // namespace clvae::report
