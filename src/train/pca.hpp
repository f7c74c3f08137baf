#pragma once
/// \file
/// Per-class probabilistic PCA (Tipping and Bishop, J. R. Stat. Soc. B 61, 1999): a Gaussian over
/// the pixels whose covariance has d free directions and the same variance in all others. The
/// result is that of scikit-learn's `PCA(n_components=d, svd_solver="full")`. No LibTorch.

#include <cstdint>
#include <functional>
#include <vector>

#include <gsl/span>

#include "train/trainer.hpp"

namespace clvae::train {

/// The model of one class, of intensities in 0..1 or of features, p pixels or features.
struct ClassPca {
  std::vector<double> mean;        ///< [p]
  std::vector<double> components;  ///< [d, p], orthonormal, the largest variance first
  std::vector<double> variances;   ///< [d], along the components, divisor n - 1
  double noise_variance = 0;       ///< mean of the min(n, p) - d variances that are left
};

/// Fits one class. Deterministic. Memory: 8 bytes a pixel of all its images, and a few vectors.
/// \param pixels [n, p]  \param components d  \param between_steps called often; may be empty
/// \throws UsageError where n < d + 2 or p < d + 1, AttemptError where d directions hold all
///   variance, so that no likelihood is left for anything else
ClassPca fit_pca(const Values& pixels, std::int64_t pixels_per_image, int components,
                 const std::function<void()>& between_steps);

/// Natural logarithm of the density of each image. \param pixels [n, p]  \return [n]
std::vector<double> log_likelihoods(const ClassPca& pca, const Values& pixels,
                                    const std::function<void()>& between_steps);

/// All classes' models, and what they say of the samples.
struct PcaResult {
  std::vector<float> validation_log_likelihoods;  ///< [n, K]
  std::vector<float> test_log_likelihoods;        ///< [n, K]
  std::vector<float> means;                       ///< [K, p]
  std::vector<float> components;                  ///< [K, d, p]
  std::vector<float> explained_variances;         ///< [K, d]
  std::vector<float> noise_variances;             ///< [K]
  double training_seconds = 0;
  double encoding_seconds = 0;
};

/// \throws UsageError where a class has too few samples for so many components, as `fit_pca`
void check_pca(const Samples& train, std::int64_t pixels_per_image, int components);

/// Fits all classes and scores validation and test samples. Depends on nothing but its arguments.
/// \param hooks `after_epoch` is called after each class, without losses
/// \throws as `fit_pca`
PcaResult train_pca(const Samples& train, const Samples& validation, const Samples& test,
                    std::int64_t pixels_per_image, int components, const Hooks& hooks);

}  // namespace clvae::train
