#pragma once
/// \file
/// The table of single members.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace clvae::report {

/// One member on its own.
struct MemberRow {
  std::string kind;         ///< e.g. "clvae"
  std::size_t member = 0;   ///< index
  std::size_t attempt = 0;  ///< that succeeded, from 0
  std::size_t epochs_run = 0;
  std::size_t best_epoch = 0;  ///< whose weights were kept, from 0
  double training_seconds = 0;
  double inlier_accuracy = 0;  ///< share of test inliers whose own class has the largest density
  /// By score, the same scores in every row; unknown (NaN) where the kind has not that score.
  std::vector<std::pair<std::string, double>> aucs;
};

/// Writes `members.csv` (columns: kind, member, attempt, epochs_run, best_epoch, training_seconds,
/// inlier_accuracy, auc_<score>...; NaN is an empty field). Written beside and renamed. \throws
/// IoError
void write_members_csv(const std::vector<MemberRow>& rows, const std::string& path);

/// Reads `members.csv` back. \throws DataError for anything but a file of `write_members_csv`
std::vector<MemberRow> read_members_csv(const std::string& path);

}  // namespace clvae::report
