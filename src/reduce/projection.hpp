#pragma once
/// \file
/// High-dimensional latents as they can be drawn.

#include <cstddef>
#include <vector>

#include <gsl/span>

namespace clvae::reduce {

/// The two directions in which points spread most.
struct PrincipalPlane {
  std::size_t dimension = 0;
  std::vector<double> mean;             ///< [d]
  std::vector<double> axes;             ///< [2, d], orthonormal; the largest coordinate is positive
  std::vector<double> explained_share;  ///< [2], of the total variance

  /// \param points [n, d]  \return [n, 2]
  std::vector<double> project(gsl::span<const double> points) const;
};

/// Of all points together. \param points [n, d], n and d at least 2 \throws UsageError
PrincipalPlane principal_plane(gsl::span<const double> points, std::size_t dimension);

}  // namespace clvae::reduce
