#pragma once
/// \file
/// How members' opinions become one: running merges and the anomaly score of the merged ensemble.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include <gsl/span>

namespace clvae::reduce {

enum class Merge { mean, geometric, max, min };
std::optional<Merge> merge_named(std::string_view name);
std::string_view name_of(Merge merge);

/// Values of one way to score, for all members: what an ensemble of any size is merged from.
///
/// Per member a table [samples, classes]. A method that has no classes (reconstruction error) has
/// one column. `logarithms`: the values are logs, and a mean is the log of the mean of their
/// exponentials. `higher_is_normal`: confidences (true) or errors (false).
struct MemberScores {
  std::size_t samples = 0;
  std::size_t classes = 0;
  bool logarithms = false;
  bool higher_is_normal = true;
  std::vector<std::vector<double>> members;  ///< [N] of [samples * classes]
};

/// Adds members one at a time; after each, the anomaly score of the ensemble so far.
class RunningMerge {
 public:
  /// \throws UsageError for geometric where the values are no logarithms (mahalanobis,
  ///   reconstruction error), and for anything but mean where errors are merged.
  RunningMerge(const MemberScores& scores, Merge merge);

  /// Takes in member `index` of the scores.
  void add(std::size_t index);

  /// Forgets all members.
  void reset();

  /// Anomaly score of each sample, higher = more anomalous: for confidences minus the largest
  /// merged class score, for errors the merged error. [samples] \pre a member was added
  const std::vector<double>& anomaly_scores();

 private:
  const MemberScores* scores_;
  Merge merge_;
  std::size_t count_ = 0;
  std::vector<double> merged_;
  std::vector<double> anomaly_;
};

}  // namespace clvae::reduce
