#pragma once
/// \file
/// Scores of new samples as a table that is written row by row.

#include <memory>
#include <string>
#include <string_view>

namespace clvae::report {

/// What an ensemble says of one new sample.
struct ScoredSample {
  std::size_t index = 0;  ///< in its data, from 0
  float anomaly = 0;      ///< higher = more anomalous
  bool is_anomaly = false;
  std::string_view nearest_class;
  float confidence = 0;        ///< of the nearest class among all, 0..1
  float disagreement = 0;      ///< share of members that say otherwise, 0..1
  std::string_view file = {};  ///< its name, where samples are files
  bool is_readable = true;     ///< else nothing is said of it
};

/// Whether samples are files that have names.
enum class SampleNames { none, files };

/// Whether it is told of samples that they are anomalies or not.
enum class Judgement { none, told };

/// A CSV file with the columns index, file (where samples are files), anomaly_score, is_anomaly (1
/// or 0, where that is told), nearest_class (its name), confidence, disagreement. Numbers read back
/// as the same single-precision numbers, the anomaly score as the same double as well that
/// `scores.csv` has. The row of a sample that could not be read has its index and file alone.
/// Written beside its place; it appears whole, when it is finished, or not at all.
class ScoredCsv {
 public:
  /// \throws IoError
  ScoredCsv(const std::string& path, SampleNames names, Judgement judgement = Judgement::told);
  ~ScoredCsv();
  ScoredCsv(const ScoredCsv&) = delete;
  ScoredCsv& operator=(const ScoredCsv&) = delete;

  void append(const ScoredSample& sample);  ///< \throws IoError
  void finish();                            ///< \throws IoError

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clvae::report
