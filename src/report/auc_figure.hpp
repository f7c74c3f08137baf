#pragma once
/// \file
/// Panels of AUC against ensemble size as a gnuplot script.

#include <cstddef>
#include <string>
#include <vector>

#include "report/page.hpp"
#include "report/report.hpp"

namespace clvae::report {

/// One curve in a panel.
struct AucSeries {
  const Curve* curve = nullptr;
  std::size_t style = 0;  ///< index into the figure's key
  bool banded = true;     ///< draw its curve interval
};

/// One pair of axes.
struct AucPanel {
  std::string title;
  std::string subtitle;
  std::vector<AucSeries> series;
};

/// A figure with one or more panels and one key below them.
struct AucFigure {
  std::string name;     ///< of the files
  std::string purpose;  ///< for the script's comment
  std::string heading;  ///< over all panels, where there are several
  std::string band;     ///< what the bands are, or that there are none
  std::vector<AucPanel> panels;
  std::vector<std::string> key;  ///< [styles]
  /// [styles], for columns in which the key has no room; empty: there are no shorter words
  std::vector<std::string> short_key;
};

/// \param file name of the files that are drawn, without an extension
/// \pre each panel has a curve with a row
std::string auc_script(const AucFigure& figure, const Medium& medium, const std::string& file);

}  // namespace clvae::report
