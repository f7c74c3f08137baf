#include "reduce/projection.hpp"

#include <Eigen/Dense>
#include <Eigen/Eigenvalues>
#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::reduce {

namespace {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr Eigen::Index kAxes = 2;

Eigen::Map<const RowMatrix> as_matrix(gsl::span<const double> points, std::size_t dimension) {
  return {points.data(), static_cast<Eigen::Index>(points.size() / dimension),
          static_cast<Eigen::Index>(dimension)};
}

}  // namespace

std::vector<double> PrincipalPlane::project(gsl::span<const double> points) const {
  const auto given = as_matrix(points, dimension);
  const auto directions = as_matrix(axes, dimension);
  const Eigen::Map<const Eigen::RowVectorXd> centre(mean.data(),
                                                    static_cast<Eigen::Index>(mean.size()));
  std::vector<double> projected(static_cast<std::size_t>(given.rows() * kAxes));
  Eigen::Map<RowMatrix>(projected.data(), given.rows(), kAxes) =
      (given.rowwise() - centre) * directions.transpose();
  return projected;
}

PrincipalPlane principal_plane(gsl::span<const double> points, std::size_t dimension) {
  if (dimension < 2 || points.size() < 2 * dimension || points.size() % dimension != 0) {
    throw UsageError(fmt::format("{} numbers are no points of {} dimensions to find a plane in",
                                 points.size(), dimension));
  }
  const auto given = as_matrix(points, dimension);
  const Eigen::RowVectorXd mean = given.colwise().mean();
  const Eigen::MatrixXd centred = given.rowwise() - mean;
  const Eigen::MatrixXd covariance =
      centred.transpose() * centred / static_cast<double>(given.rows() - 1);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);

  PrincipalPlane plane;
  plane.dimension = dimension;
  plane.mean.assign(mean.data(), mean.data() + mean.size());
  const double total = covariance.trace();
  for (Eigen::Index i = 1; i <= kAxes; ++i) {
    const Eigen::Index last = covariance.rows() - i;  // eigenvalues ascend
    Eigen::VectorXd axis = solver.eigenvectors().col(last);
    Eigen::Index largest = 0;
    axis.cwiseAbs().maxCoeff(&largest);
    if (axis[largest] < 0) axis = -axis;  // an eigenvector's sign is the solver's whim
    plane.axes.insert(plane.axes.end(), axis.data(), axis.data() + axis.size());
    plane.explained_share.push_back(total > 0 ? solver.eigenvalues()[last] / total : 0);
  }
  return plane;
}

}  // namespace clvae::reduce
