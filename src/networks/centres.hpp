#pragma once
/// \file
/// Where the class centres of a CL-VAE stand in latent space.

#include <vector>

namespace clvae::networks {

/// Centres of `classes` classes, as far apart from each other as is known, on the sphere of
/// `radius` around the origin: equidistant on the circle for two dimensions; the three triangles of
/// Schuette and van der Waerden (Math. Ann. 123, 1951) for nine classes in three; the regular
/// simplex where dimension >= classes - 1; else the best of several seeded minimisations of the
/// points' repulsion. The same on every call. Any rank.
/// \return [classes, dimension], row-major
/// \throws UsageError where classes < 2, dimension < 2, or radius <= 0
std::vector<double> class_centres(int classes, int dimension, double radius);

/// The smallest distance between two of the points. \param points [n, dimension], n >= 2
double smallest_distance(const std::vector<double>& points, int dimension);

}  // namespace clvae::networks
