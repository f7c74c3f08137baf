#pragma once
/// \file
/// Per-class Gaussians of a member's latent space, and the scores they give new latents.
///
/// Latent divergence of Astrom and Sopasakis (arXiv 2410.12328), section 3.3.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

/// How a class scores a latent position; in all, larger means more at home in the class.
enum class Score {
  density,          ///< log N(z; m_y, S_y), the paper's text
  peak_normalised,  ///< log of the density over its peak, the authors' public code
  mahalanobis,      ///< minus the squared Mahalanobis distance; not a logarithm
};
std::optional<Score> score_named(std::string_view name);
std::string_view name_of(Score score);
/// Whether values of that score are logarithms (so that averages are taken of their exponentials).
bool is_logarithm(Score score);

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
                                 Score score);

/// Share of samples whose own class has the largest density. \param classes [n]
double inlier_accuracy(const Gaussians& gaussians, gsl::span<const float> latents,
                       gsl::span<const std::int32_t> classes);

}  // namespace clvae::reduce
