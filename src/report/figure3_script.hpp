#pragma once
/// \file
/// Figure 3 for those who want its looks to be their own.

#include <string>

#include "report/report.hpp"

namespace clvae::report {

/// Writes a script of Python that draws Figure 3 from the `auc.csv` beside it with matplotlib, and
/// names the curves as the reduction does. A file that is there already is left alone, since the
/// user may have changed it. \throws IoError
void write_figure3_script(const Reduction& reduction, const std::string& path);

}  // namespace clvae::report
