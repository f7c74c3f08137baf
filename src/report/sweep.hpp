#pragma once
/// \file
/// Many runs in one table: one for each class that may be anomalous, and for each combination of
/// the keys that were tried.

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
  std::string outlier_name;              ///< the class, or classes, that were anomalous
  std::vector<SweepCell> cells;          ///< [methods]
  std::vector<std::string> values = {};  ///< [keys], as in a config
};

/// All runs of a sweep.
struct Sweep {
  std::string dataset;
  std::vector<std::string> methods;  ///< titles of the columns
  double confidence = 0.95;
  std::string interval = "total interval";  ///< which one the cells hold
  std::vector<SweepRow> rows;
  std::vector<std::string> keys = {};  ///< dotted, of which several values were tried
};

/// The mean over the classes, of each method; NaN where a class has no AUC. Its interval treats the
/// runs as independent: each side is the root of the summed squares of the rows' own, divided by
/// their number.
std::vector<SweepCell> mean_over_classes(const Sweep& sweep);

/// All rows of one combination of values.
struct SweepPoint {
  std::vector<std::string> values;  ///< [keys]
  std::vector<SweepRow> rows;
  std::vector<SweepCell> means;  ///< [methods], over the rows
};

/// The combinations in the order in which they come first; a single one where no keys were tried.
std::vector<SweepPoint> points_of(const Sweep& sweep);

/// Writes `sweep.csv`, one row for each class and method and for the means, whose class is "(mean)"
/// (columns: each key, outlier, method, auc, lower, upper, confidence). Combinations of keys have a
/// mean of their own, where they have several classes. \throws IoError
void write_sweep_csv(const Sweep& sweep, const std::string& path);

/// Class against method as text for the terminal, with a row of means; where keys were tried, a row
/// for each combination, with the mean over its classes. At most 100 columns wide, unless the keys
/// need more.
std::string table(const Sweep& sweep);

}  // namespace clvae::report
