#pragma once
/// \file
/// Per-class Gaussians of a member's latent space, and the scores they give new latents.
///
/// Latent divergence of Astrom and Sopasakis (arXiv 2410.12328), section 3.3.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gsl/span>

#include "clvae/core/errors.hpp"

namespace clvae::reduce {

/// The clusters of one class are too thin or too few for a Gaussian.
class DegenerateClusterError : public AttemptError {
 public:
  DegenerateClusterError(int class_index, const std::string& reason);
  int class_index() const noexcept { return class_index_; }
  const std::string& reason() const noexcept { return reason_; }

 private:
  std::string reason_;
  int class_index_;
};

/// One Gaussian per class, full covariance, double precision.
struct Gaussians {
  int classes = 0;
  int dimension = 0;
  std::vector<double> means;      ///< [K, d]
  std::vector<double> whiteners;  ///< [K, d, d], row-major: inverse of the lower Cholesky factor
  std::vector<double> log_peaks;  ///< [K]: log density at the mean
};

/// How a class scores a latent position z from its Gaussian N(m, S): as the log of its peak, if it
/// counts, less a multiple of the squared Mahalanobis distance of z. Larger means more at home in
/// the class.
struct GaussianScore {
  double distances = 0.5;  ///< that multiple; 0.5 makes it the logarithm of a density
  bool with_peak = true;   ///< whether wide classes have lower peaks than narrow ones
};

/// The fewest samples of a class that a Gaussian is fitted to.
constexpr int samples_needed(int dimension) { return dimension + 2; }

/// All that a class's Gaussian takes from its latents, in double precision.
struct ClassStatistics {
  int classes = 0;
  int dimension = 0;
  std::vector<double> means;        ///< [K, d]
  std::vector<double> covariances;  ///< [K, d, d], unbiased: divisor n - 1
};

/// Means and unbiased covariances of each class.
/// \param latents [n, d] posterior means  \param classes [n] in 0..class_count-1
/// \throws DegenerateClusterError where a class has fewer than `samples_needed`, or a latent is not
///   finite
ClassStatistics class_statistics(gsl::span<const float> latents,
                                 gsl::span<const std::int32_t> classes, int class_count,
                                 int dimension);

/// \throws DegenerateClusterError where the smallest eigenvalue of a class's covariance is below
///   1e-12 times the largest (or the largest is 0)
Gaussians gaussians_of(const ClassStatistics& statistics);

/// The Gaussians of the classes' statistics: maximum-likelihood means, unbiased covariances.
/// \throws DegenerateClusterError as the two
Gaussians fit_gaussians(gsl::span<const float> latents, gsl::span<const std::int32_t> classes,
                        int class_count, int dimension);

/// Scores of n latents in all classes. \param latents [n, d]  \return [n, K]
std::vector<double> class_scores(const Gaussians& gaussians, gsl::span<const float> latents,
                                 GaussianScore score);

}  // namespace clvae::reduce
