#include "reduce/gaussians.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>
#include <Eigen/Dense>
#include <Eigen/Eigenvalues>
#include <fmt/format.h>

namespace clvae::reduce {

namespace {

constexpr double kLogTwoPi = 1.8378770664093454836;
/// Below this ratio of eigenvalues a covariance can't be told from a singular one.
constexpr double kSmallestConditioning = 1e-12;

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;
using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Vector latent(gsl::span<const float> latents, std::size_t sample, std::size_t dimension) {
  Vector values(static_cast<Eigen::Index>(dimension));
  for (std::size_t i = 0; i < dimension; ++i) {
    values[static_cast<Eigen::Index>(i)] = static_cast<double>(latents[sample * dimension + i]);
  }
  return values;
}

/// Members of one class, one column each.
Matrix class_latents(gsl::span<const float> latents, gsl::span<const std::int32_t> classes,
                     int label, std::size_t dimension) {
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (classes[i] == label) members.push_back(i);
  }
  Matrix values(static_cast<Eigen::Index>(dimension), static_cast<Eigen::Index>(members.size()));
  for (std::size_t i = 0; i < members.size(); ++i) {
    values.col(static_cast<Eigen::Index>(i)) = latent(latents, members[i], dimension);
  }
  return values;
}

void check_sample_count(const Matrix& values, int label) {
  if (values.cols() < samples_needed(static_cast<int>(values.rows()))) {
    throw DegenerateClusterError(
        label, fmt::format("{} samples in {} dimensions", values.cols(), values.rows()));
  }
  if (!values.allFinite()) throw DegenerateClusterError(label, "a latent is not finite");
}

void check_conditioning(const Matrix& covariance, int label) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(covariance, Eigen::EigenvaluesOnly);
  const double smallest = solver.eigenvalues().minCoeff();
  const double largest = solver.eigenvalues().maxCoeff();
  if (!(largest > 0) || !(smallest >= kSmallestConditioning * largest)) {
    throw DegenerateClusterError(
        label, fmt::format("its covariance is singular (eigenvalues from {:.3g} to {:.3g})",
                           smallest, largest));
  }
}

/// In the order in which the matrix keeps its values.
template <class Values>
void append(std::vector<double>& all, const Values& values) {
  all.insert(all.end(), values.data(), values.data() + values.size());
}

}  // namespace

DegenerateClusterError::DegenerateClusterError(int class_index, const std::string& reason)
    : AttemptError(
          fmt::format("no Gaussian can be fitted to inlier class {}: {}", class_index, reason)),
      reason_(reason),
      class_index_(class_index) {}

ClassStatistics class_statistics(gsl::span<const float> latents,
                                 gsl::span<const std::int32_t> classes, int class_count,
                                 int dimension) {
  ClassStatistics statistics;
  statistics.classes = class_count;
  statistics.dimension = dimension;
  for (int label = 0; label < class_count; ++label) {
    const Matrix values =
        class_latents(latents, classes, label, static_cast<std::size_t>(dimension));
    check_sample_count(values, label);
    const Vector mean = values.rowwise().mean();
    const Matrix centred = values.colwise() - mean;
    const Matrix covariance =
        centred * centred.transpose() / static_cast<double>(values.cols() - 1);
    append(statistics.means, mean);
    append(statistics.covariances, covariance);
  }
  return statistics;
}

Gaussians gaussians_of(const ClassStatistics& statistics) {
  const Eigen::Index dimension = statistics.dimension;
  Gaussians gaussians;
  gaussians.classes = statistics.classes;
  gaussians.dimension = statistics.dimension;
  gaussians.means = statistics.means;
  for (int label = 0; label < statistics.classes; ++label) {
    const double* values =
        &statistics.covariances.at(static_cast<std::size_t>(label * dimension * dimension));
    const Matrix covariance = Eigen::Map<const Matrix>(values, dimension, dimension);
    check_conditioning(covariance, label);
    const Eigen::LLT<Matrix> cholesky(covariance);
    const Matrix lower = cholesky.matrixL();
    const RowMatrix whitener =
        lower.triangularView<Eigen::Lower>().solve(Matrix::Identity(dimension, dimension));
    append(gaussians.whiteners, whitener);
    gaussians.log_peaks.push_back(-0.5 * statistics.dimension * kLogTwoPi -
                                  lower.diagonal().array().log().sum());
  }
  return gaussians;
}

Gaussians fit_gaussians(gsl::span<const float> latents, gsl::span<const std::int32_t> classes,
                        int class_count, int dimension) {
  return gaussians_of(class_statistics(latents, classes, class_count, dimension));
}

std::vector<double> class_scores(const Gaussians& gaussians, gsl::span<const float> latents,
                                 GaussianScore score) {
  const auto dimension = static_cast<std::size_t>(gaussians.dimension);
  const auto classes = static_cast<std::size_t>(gaussians.classes);
  const std::size_t samples = latents.size() / dimension;
  std::vector<double> scores(samples * classes);
  std::vector<double> gap(dimension);
  for (std::size_t sample = 0; sample < samples; ++sample) {
    for (std::size_t label = 0; label < classes; ++label) {
      for (std::size_t i = 0; i < dimension; ++i) {
        gap[i] = static_cast<double>(latents[sample * dimension + i]) -
                 gaussians.means[label * dimension + i];
      }
      double squared_distance = 0;
      for (std::size_t row = 0; row < dimension; ++row) {
        const double* whitener = &gaussians.whiteners[(label * dimension + row) * dimension];
        double whitened = 0;
        for (std::size_t column = 0; column <= row; ++column) {
          whitened += whitener[column] * gap[column];
        }
        squared_distance += whitened * whitened;
      }
      double& value = scores[sample * classes + label];
      value = -score.distances * squared_distance;
      if (score.with_peak) value += gaussians.log_peaks[label];
    }
  }
  return scores;
}

}  // namespace clvae::reduce
