#pragma once
/// \file
/// Latent divergence and reconstruction error in one score.

#include <memory>

#include "reduce/scored_members.hpp"

namespace clvae::reduce {

/// The two measures of the same members, on the test set and on the validation inliers.
struct CombinedParts {
  std::unique_ptr<ScoredMembers> test_divergence;
  std::unique_ptr<ScoredMembers> test_error;
  std::unique_ptr<ScoredMembers> validation_divergence;
  std::unique_ptr<ScoredMembers> validation_error;
};

/// At each size, from what the members so far have merged to: (D - mean D) / sd D + (E - mean E) /
/// sd E, D minus the log of the merged confidence, E the merged reconstruction error, means and
/// standard deviations (divisor n - 1) over the validation inliers. Beyond the paper.
class CombinedScores : public ScoredMembers {
 public:
  /// \throws UsageError where the parts are not of the same members and samples, or there are fewer
  ///   than 2 validation inliers
  explicit CombinedScores(CombinedParts parts);

  std::size_t members() const override { return parts_.test_error->members(); }
  std::size_t samples() const override { return parts_.test_error->samples(); }
  std::size_t stride() const override { return parts_.test_error->stride(); }
  std::vector<std::size_t> sizes() const override { return parts_.test_divergence->sizes(); }
  bool is_joint() const override { return parts_.test_divergence->is_joint(); }
  /// \throws RunError where all validation inliers have the same divergence or error
  void anomalies(gsl::span<const Order> orders, gsl::span<float> scores) const override;

 private:
  CombinedParts parts_;
};

}  // namespace clvae::reduce
