#pragma once
/// \file
/// One run for each class that may be anomalous, in one table.

#include <string>
#include <vector>

#include "report/report.hpp"

namespace clvae::report {

/// The AUC of one method in one run, at its largest ensemble. NaN = not known.
struct SweepCell {
  double auc = kUnknown;
  double lower = kUnknown;
  double upper = kUnknown;
};

/// One run.
struct SweepRow {
  std::string outlier_name;      ///< the class, or classes, that were anomalous
  std::vector<SweepCell> cells;  ///< [methods]
};

/// All runs of a sweep.
struct Sweep {
  std::string dataset;
  std::vector<std::string> methods;  ///< titles of the columns
  double confidence = 0.95;
  std::string interval = "total interval";  ///< which one the cells hold
  std::vector<SweepRow> rows;
};

/// The mean over the classes, of each method; NaN where a class has no AUC. Its interval treats the
/// runs as independent: each side is the root of the summed squares of the rows' own, divided by
/// their number.
std::vector<SweepCell> mean_over_classes(const Sweep& sweep);

/// Writes `sweep.csv`, one row for each class and method and for the means, whose class is "(mean)"
/// (columns: outlier, method, auc, lower, upper, confidence). \throws IoError
void write_sweep_csv(const Sweep& sweep, const std::string& path);

/// Class against method as text for the terminal, at most 100 columns wide, with a row of means.
std::string table(const Sweep& sweep);

}  // namespace clvae::report
