#pragma once
/// \file
/// The directions in which a cloud of points is widest.

#include <optional>

#include <Eigen/Core>

namespace clvae::train {

struct PrincipalAxes {
  Eigen::MatrixXd axes;       ///< [p, d], orthonormal columns, the largest variance first
  Eigen::VectorXd variances;  ///< [d], divisor n - 1
};

/// Finds the first eigenvectors of the points' covariance, a step at a time. By subspace iteration
/// with a Rayleigh-Ritz step, to the precision of doubles, where few of many are wanted and they
/// stand out; else from all eigenvectors, in one step. Deterministic: it starts from fixed random
/// numbers.
class AxisSearch {
 public:
  /// \param points [p, n], of mean zero; must outlive it  \param count at most min(n - 1, p)
  AxisSearch(const Eigen::MatrixXd& points, Eigen::Index count);

  /// Makes a step. \return the axes, once they are found
  std::optional<PrincipalAxes> advance();

 private:
  std::optional<PrincipalAxes> iterate();

  const Eigen::MatrixXd& points_;
  Eigen::Index count_;
  int iterations_left_ = 0;
  Eigen::MatrixXd block_;  ///< [p, more than d], orthonormal columns; empty before an iteration
};

}  // namespace clvae::train
