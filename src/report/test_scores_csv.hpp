#pragma once
/// \file
/// What each method says of each test sample, as a table.

#include <cstdint>
#include <string>
#include <vector>

namespace clvae::report {

/// One method's anomaly scores with all members merged.
struct ScoreColumn {
  std::string method;             ///< e.g. "clvae"
  std::string score;              ///< e.g. "density"
  std::string merge;              ///< e.g. "mean"
  std::vector<double> anomalies;  ///< [samples], higher = more anomalous
};

/// The test samples in the run file's order.
struct ScoreTable {
  std::vector<std::int64_t> original_index;  ///< [samples], position in the published split
  std::vector<std::uint8_t> original_split;  ///< [samples], 0: training split, 1: test split
  std::vector<std::int32_t> labels;          ///< [samples], class
  std::vector<std::uint8_t> is_outlier;      ///< [samples], 1: outlier
  std::vector<ScoreColumn> columns;
};

/// Writes `scores.csv` (columns: original_split, original_index, label, is_outlier, then
/// METHOD:SCORE:MERGE for each column). Written beside and renamed. Numbers round-trip.
/// \throws IoError
void write_scores_csv(const ScoreTable& table, const std::string& path);

/// Reads `scores.csv` back. \throws DataError for anything but a file of `write_scores_csv`
ScoreTable read_scores_csv(const std::string& path);

}  // namespace clvae::report
