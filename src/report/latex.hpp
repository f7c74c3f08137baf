#pragma once
/// \file
/// What a reduced run says, for a paper.

#include <string>

#include "report/evaluation.hpp"
#include "report/report.hpp"
#include "report/sweep.hpp"

namespace clvae::report {

/// A text as LaTeX prints it: its special characters are escaped, control characters left out.
/// Letters beyond Latin are left as they are; LuaLaTeX and XeLaTeX print them with a font that has
/// them.
std::string latex_text(const std::string& text);

/// Writes `tables.tex`: the primary curves at their largest ensembles as one `tabular` (package
/// booktabs), with members, AUC, curve and total interval, AUPR and FPR at 95 % TPR. An AUC is bold
/// where the comparisons say that it is surely above those of all other primary curves, by the
/// one-sided bound at the largest size that both have. \throws IoError
void write_latex_tables(const Reduction& reduction, const std::string& path);

/// Writes `results.tex`: a macro for each number of the primary curves at their largest ensembles,
/// such as `\ClvaeDensityMeanAuc`, `...AucLower`, `...AucUpper` (curve interval), `...AucOfOne`,
/// `...Members`, `...Aupr`, `...Fpr`; for what the comparisons say of two of them, such as
/// `\ClvaeDensityMeanOverCnnConfidenceMean`, `...Lower`, `...Upper` and `...From`, the size from
/// which on the first is surely ahead; and for the test set. A document can take several runs by a
/// word before the names. Where two curves would have macros of one name, the second's are left
/// out. \throws IoError
void write_latex_results(const Reduction& reduction, const std::string& path);

/// Writes the table of a sweep as a `tabular` (package booktabs): class against method, the
/// interval below each AUC, and a row of means. \throws IoError
void write_latex_sweep(const Sweep& sweep, const std::string& path);

/// Writes the primary methods against each set, and the means over sets, as a LaTeX table. Nothing
/// is bold, as nothing compares them. \throws IoError
void write_latex_evaluation(const Evaluation& evaluation, const std::string& path);

}  // namespace clvae::report
