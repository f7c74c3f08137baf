#pragma once
/// \file
/// From a script to the three files of a figure.

#include <string>
#include <vector>

namespace clvae::report {

/// Writes `script` as `name`.gnuplot into `folder`, runs it, and puts name.svg, .png and .pdf there
/// once all three are made. \return their paths
/// \throws RunError where gnuplot is missing or fails, IoError; the script is left all the same
std::vector<std::string> draw(const std::string& name, const std::string& script,
                              const std::string& folder);

}  // namespace clvae::report
