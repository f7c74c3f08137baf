#pragma once
/// \file
/// The samples that each method is most wrong about, as a table.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace clvae::report {

/// One of them.
struct MisclassifiedSample {
  std::string method;  ///< e.g. "clvae"
  std::string score;   ///< e.g. "density"
  std::string merge;   ///< e.g. "mean"
  bool is_outlier = false;
  std::size_t place = 0;  ///< from 1, the most mistaken: among inliers or outliers of the method
  std::uint8_t original_split = 0;
  std::int64_t original_index = 0;
  std::int32_t label = -1;  ///< -1: not known
  double anomaly = 0;       ///< all members merged; higher = more anomalous
  std::string file;         ///< of a sample that is a file of its own
};

/// Writes `misclassified.csv` (columns: method, score, merge, is_outlier, place, original_split,
/// original_index, label, anomaly, file). Numbers round-trip. \throws IoError
void write_misclassified_csv(const std::vector<MisclassifiedSample>& samples,
                             const std::string& path);

}  // namespace clvae::report
