#pragma once
/// \file
/// From a script to the three files of a figure.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "report/page.hpp"

namespace clvae::report {

/// Writes `script` as `name`.gnuplot into `folder`, runs it, and puts name.svg, .png and .pdf there
/// once all three are made. \return their paths
/// \throws RunError where gnuplot is missing or fails, IoError; the script is left all the same
std::vector<std::string> draw(const std::string& name, const std::string& script,
                              const std::string& folder);

/// Draws a figure as files of its own and, where a width in points of 1/72 inch is given, for LaTeX
/// as well: `name`_latex.tex, .pdf and .gnuplot.
/// \param script_for makes the script for a medium and the name of the files
/// \return paths: those of `draw`, then the .tex and its .pdf
std::vector<std::string> draw_for_all(
    const std::string& name, const std::string& folder, std::optional<double> latex_width,
    const std::function<std::string(const Medium&, const std::string&)>& script_for);

}  // namespace clvae::report
