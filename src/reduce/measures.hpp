#pragma once
/// \file
/// What anomaly scores of a test set are worth: AUC, average precision, FPR at 95 % TPR,
/// placements.

#include <cstdint>
#include <memory>
#include <vector>

#include <gsl/span>

namespace clvae::reduce {

/// Measures of one set of anomaly scores, higher = more anomalous, never flipped. Positive:
/// outlier; detected at a threshold t: a score of t or more.
struct Measures {
  /// Share of the pairs (outlier, inlier) in which the outlier's score is above, ties half.
  double auc = 0;
  /// Average precision: the sum over the distinct scores t, from high to low, of the precision at t
  /// times the rise in recall at t (no interpolation; scikit-learn's average_precision_score). It
  /// depends on the share of outliers in the test set.
  double average_precision = 0;
  /// Share of the inliers that are detected at the highest threshold at which at least 95 % of the
  /// outliers are (no interpolation between thresholds).
  double fpr_at_95_tpr = 0;
};

/// Takes measures again and again without asking for memory. One thread each.
class Measurer {
 public:
  Measurer(std::size_t inliers, std::size_t outliers);
  ~Measurer();
  Measurer(const Measurer&) = delete;
  Measurer& operator=(const Measurer&) = delete;
  Measurer(Measurer&&) noexcept;
  Measurer& operator=(Measurer&&) noexcept;

  /// \param scores [inliers, then outliers]; infinities are ordered
  double auc(gsl::span<const float> scores);

  /// All measures; adds each sample's placement, doubled and as a count, to `doubled_placements`:
  /// twice the outliers above an inlier, twice the inliers below an outlier, ties once. Sums of
  /// whole numbers do not depend on their order.
  /// \param doubled_placements [inliers, then outliers]
  Measures all(gsl::span<const float> scores, gsl::span<double> doubled_placements);

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

/// Average precision with the inliers as positives, whom low scores find.
/// \param scores [inliers, then outliers]
double average_precision_of_inliers(gsl::span<const float> scores, std::size_t inliers);

}  // namespace clvae::reduce
