#include "train/principal_axes.hpp"

#include <algorithm>
#include <optional>

#include <Eigen/Eigenvalues>
#include <Eigen/QR>

#include "core/random.hpp"

namespace clvae::train {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

/// Below this many eigenvectors in all, finding them all is quick.
constexpr Index kFew = 256;
constexpr int kMostIterations = 300;
/// Of the largest variance; what rounding leaves is some hundred times smaller.
constexpr double kTolerance = 1e-12;

double divisor(const MatrixXd& points) { return static_cast<double>(points.cols() - 1); }

/// From all eigenvectors of the covariance, or of the points' inner products where they are fewer.
PrincipalAxes from_all(const MatrixXd& points, Index count) {
  const bool has_few_points = points.cols() < points.rows();
  const Index side = std::min(points.rows(), points.cols());
  MatrixXd products = MatrixXd::Zero(side, side);
  auto lower = products.selfadjointView<Eigen::Lower>();
  if (has_few_points) {
    lower.rankUpdate(points.transpose(), 1 / divisor(points));
  } else {
    lower.rankUpdate(points, 1 / divisor(points));
  }
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(products);
  PrincipalAxes found;
  found.variances = solver.eigenvalues().tail(count).reverse();
  found.axes = solver.eigenvectors().rightCols(count).rowwise().reverse();
  if (has_few_points) {
    found.axes = points * found.axes;
    found.axes.colwise().normalize();
  }
  return found;
}

MatrixXd orthonormal(const MatrixXd& columns) {
  const Eigen::HouseholderQR<MatrixXd> factors(columns);
  return factors.householderQ() * MatrixXd::Identity(columns.rows(), columns.cols());
}

MatrixXd starting_block(Index rows, Index columns) {
  RandomStream stream(derive_seed(Seed{0}, "principal axes"));
  MatrixXd block(rows, columns);
  for (double& value : block.reshaped()) value = stream.normal();
  return orthonormal(block);
}

/// Subspace iteration with a Rayleigh-Ritz step. Nothing where it takes too long, because variances
/// beyond the block are about as large as the wanted ones.
std::optional<PrincipalAxes> by_iteration(const MatrixXd& points, Index count, Index block_size,
                                          const std::function<void()>& between_steps) {
  MatrixXd block = starting_block(points.rows(), block_size);
  for (int iteration = 0; iteration < kMostIterations; ++iteration) {
    const MatrixXd projected = points.transpose() * block;
    const MatrixXd image = points * projected / divisor(points);
    if (between_steps) between_steps();
    const Eigen::SelfAdjointEigenSolver<MatrixXd> ritz(projected.transpose() * projected /
                                                       divisor(points));
    const MatrixXd weights = ritz.eigenvectors().rightCols(count).rowwise().reverse();
    PrincipalAxes found;
    found.variances = ritz.eigenvalues().tail(count).reverse();
    found.axes = block * weights;
    const MatrixXd residuals = image * weights - found.axes * found.variances.asDiagonal();
    if (residuals.colwise().norm().maxCoeff() <= kTolerance * found.variances[0]) return found;
    block = orthonormal(image);
  }
  return std::nullopt;
}

}  // namespace

PrincipalAxes principal_axes(const MatrixXd& points, Index count,
                             const std::function<void()>& between_steps) {
  const Index side = std::min(points.rows(), points.cols());
  const Index block_size = 2 * count + 16;
  if (side > kFew && 4 * block_size < side) {
    if (const auto found = by_iteration(points, count, block_size, between_steps)) return *found;
  }
  return from_all(points, count);
}

}  // namespace clvae::train
