#pragma once
/// \file
/// Figure 3 as a gnuplot script.

#include <string>

#include "clvae/report/report.hpp"

namespace clvae::report {

/// A gnuplot script with its data that draws AUC against ensemble size and writes figure3.svg,
/// figure3.png and figure3.pdf into the folder given as its argument, or into the current one.
/// \pre a curve has a row
std::string figure3_script(const Reduction& reduction);

}  // namespace clvae::report
