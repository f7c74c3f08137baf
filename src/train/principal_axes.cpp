#include "train/principal_axes.hpp"

#include <algorithm>

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

Index block_size_for(Index count) { return 2 * count + 16; }

}  // namespace

AxisSearch::AxisSearch(const MatrixXd& points, Index count) : points_(points), count_(count) {
  const Index side = std::min(points.rows(), points.cols());
  if (side > kFew && 4 * block_size_for(count) < side) iterations_left_ = kMostIterations;
}

std::optional<PrincipalAxes> AxisSearch::advance() {
  // Iterations lead nowhere where variances beyond the block are about as large as the wanted ones.
  if (iterations_left_ == 0) return from_all(points_, count_);
  --iterations_left_;
  return iterate();
}

std::optional<PrincipalAxes> AxisSearch::iterate() {
  if (block_.size() == 0) block_ = starting_block(points_.rows(), block_size_for(count_));
  const MatrixXd projected = points_.transpose() * block_;
  const MatrixXd image = points_ * projected / divisor(points_);
  const Eigen::SelfAdjointEigenSolver<MatrixXd> ritz(projected.transpose() * projected /
                                                     divisor(points_));
  const MatrixXd weights = ritz.eigenvectors().rightCols(count_).rowwise().reverse();
  PrincipalAxes found;
  found.variances = ritz.eigenvalues().tail(count_).reverse();
  found.axes = block_ * weights;
  const MatrixXd residuals = image * weights - found.axes * found.variances.asDiagonal();
  if (residuals.colwise().norm().maxCoeff() <= kTolerance * found.variances[0]) return found;
  block_ = orthonormal(image);
  return std::nullopt;
}

}  // namespace clvae::train
