#pragma once
/// \file
/// Per-class probabilistic PCA (Tipping and Bishop, J. R. Stat. Soc. B 61, 1999): a Gaussian over
/// the pixels whose covariance has d free directions and the same variance in all others. The
/// result is that of scikit-learn's `PCA(n_components=d, svd_solver="full")`. No LibTorch.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "train/stopwatch.hpp"
#include "train/training.hpp"

namespace clvae::train {

/// The model of one class, of intensities in 0..1 or of features, p pixels or features.
struct ClassPca {
  std::vector<double> mean;        ///< [p]
  std::vector<double> components;  ///< [d, p], orthonormal, the largest variance first
  std::vector<double> variances;   ///< [d], along the components, divisor n - 1
  double noise_variance = 0;       ///< mean of the min(n, p) - d variances that are left
};

/// The fit of one class, a step at a time. Deterministic. Memory: 8 bytes a pixel of all its
/// images, and a few vectors.
class PcaFit {
 public:
  /// \param pixels [n, p]  \param components d
  /// \throws UsageError where n < d + 2 or p < d + 1
  PcaFit(const Values& pixels, std::int64_t pixels_per_image, int components);
  ~PcaFit();
  PcaFit(const PcaFit&) = delete;
  PcaFit& operator=(const PcaFit&) = delete;

  /// Makes a step. \return the model, once it is there
  /// \throws AttemptError where d directions hold all variance, so that no likelihood is left for
  ///   anything else
  std::optional<ClassPca> advance();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Fits one class. \throws as `PcaFit`
ClassPca fit_pca(const Values& pixels, std::int64_t pixels_per_image, int components);

/// Natural logarithm of the density of each image. \param pixels [n, p]  \return [n]
std::vector<double> log_likelihoods(const ClassPca& pca, const Values& pixels);

/// All classes' models, and what they say of the samples.
struct PcaResult : TrainingRecord {
  std::vector<float> validation_log_likelihoods;  ///< [n, K]
  std::vector<float> test_log_likelihoods;        ///< [n, K]
  std::vector<float> means;                       ///< [K, p]
  std::vector<float> components;                  ///< [K, d, p]
  std::vector<float> explained_variances;         ///< [K, d]
  std::vector<float> noise_variances;             ///< [K]
};

/// \throws UsageError where a class has too few samples for so many components, as `PcaFit`
void check_pca(const Samples& train, std::int64_t pixels_per_image, int components);

/// Fits all classes and scores validation and test samples. Depends on nothing but its arguments.
/// An epoch is the fit of a class, without losses; it keeps no state.
class PcaTraining : public Training {
 public:
  /// \param validation and test must stay in memory \throws as `check_pca`
  PcaTraining(const Samples& train, Samples validation, Samples test, std::int64_t pixels_per_image,
              int components);

  Piece advance() override;
  const EpochReport& epoch() const override { return last_; }
  int epochs_ended() const override { return last_.epoch; }
  bool has_ended() const override { return has_ended_; }
  std::string state() const override { return {}; }

  /// What the member leaves. To be called once, when it is done.
  PcaResult result();

 private:
  /// One part of the samples, scored class by class.
  struct Scored {
    Values pixels;
    std::vector<std::vector<double>> columns;  ///< of each class, [n] once it is scored
    bool is_done(std::size_t classes, std::size_t pixels_per_image) const;
    std::vector<float> rows() const;  ///< [n, K]
  };

  void fit();
  void score_batch(Scored& part);

  std::size_t pixels_per_image_;
  int components_;
  Stopwatch watch_;
  std::vector<CopiedValues> images_;  ///< of each class that was not fitted yet
  std::unique_ptr<PcaFit> fit_;       ///< of the class that is fitted
  std::vector<ClassPca> classes_;     ///< that were fitted
  bool has_ended_ = false;
  EpochReport last_;
  Scored validation_;
  Scored test_;
  PcaResult result_;
};

}  // namespace clvae::train
