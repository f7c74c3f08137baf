#pragma once
/// \file
/// The directions in which a cloud of points is widest.

#include <functional>

#include <Eigen/Core>

namespace clvae::train {

struct PrincipalAxes {
  Eigen::MatrixXd axes;       ///< [p, d], orthonormal columns, the largest variance first
  Eigen::VectorXd variances;  ///< [d], divisor n - 1
};

/// The first `count` eigenvectors of the points' covariance. By subspace iteration to the precision
/// of doubles where few of many are wanted and they stand out, else from all eigenvectors.
/// Deterministic: it starts from fixed random numbers.
/// \param points [p, n], of mean zero  \param count at most min(n - 1, p)
/// \param between_steps called often; may be empty
PrincipalAxes principal_axes(const Eigen::MatrixXd& points, Eigen::Index count,
                             const std::function<void()>& between_steps);

}  // namespace clvae::train
