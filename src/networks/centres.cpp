#include "networks/centres.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/random.hpp"

namespace clvae::networks {

namespace {

constexpr double kPi = 3.14159265358979323846;

/// Points on the unit sphere, one row each.
struct Points {
  std::size_t count;
  std::size_t dimension;
  std::vector<double> values;

  Points(std::size_t rows, std::size_t columns)
      : count(rows), dimension(columns), values(rows * columns) {}
  double* row(std::size_t index) { return values.data() + index * dimension; }
  const double* row(std::size_t index) const { return values.data() + index * dimension; }

  void to_sphere(std::size_t index) {
    double* point = row(index);
    double squares = 0;
    for (std::size_t i = 0; i < dimension; ++i) squares += point[i] * point[i];
    const double length = std::sqrt(squares);
    for (std::size_t i = 0; i < dimension; ++i) point[i] /= length;
  }
};

Points circle(std::size_t count) {
  Points points(count, 2);
  for (std::size_t k = 0; k < count; ++k) {
    const double angle = 2 * kPi * static_cast<double>(k) / static_cast<double>(count);
    points.row(k)[0] = std::cos(angle);
    points.row(k)[1] = std::sin(angle);
  }
  return points;
}

/// Every neighbouring pair has the inner product 1/3, which fixes the height of the outer
/// triangles.
Points three_triangles() {
  const double height = std::sqrt(5.0) / 3;
  const double outer_radius = 2.0 / 3;
  Points points(9, 3);
  for (std::size_t corner = 0; corner < 3; ++corner) {
    const double angle = 2 * kPi * static_cast<double>(corner) / 3;
    const double between = angle + kPi / 3;
    const auto place = [&](std::size_t index, double x, double y, double z) {
      points.row(index)[0] = x;
      points.row(index)[1] = y;
      points.row(index)[2] = z;
    };
    place(corner, outer_radius * std::cos(angle), outer_radius * std::sin(angle), height);
    place(corner + 3, std::cos(between), std::sin(between), 0);
    place(corner + 6, outer_radius * std::cos(angle), outer_radius * std::sin(angle), -height);
  }
  return points;
}

/// Vertex k has the inner product -1/(K-1) with all before it; the free coordinate is fixed by its
/// length. Coordinates beyond K-1 stay zero.
Points simplex(std::size_t count, std::size_t dimension) {
  Points points(count, dimension);
  const double product = -1.0 / static_cast<double>(count - 1);
  for (std::size_t k = 0; k < count; ++k) {
    double squares = 0;
    for (std::size_t axis = 0; axis < std::min(k, count - 1); ++axis) {
      double sum = 0;
      for (std::size_t i = 0; i < axis; ++i) sum += points.row(k)[i] * points.row(axis)[i];
      points.row(k)[axis] = (product - sum) / points.row(axis)[axis];
      squares += points.row(k)[axis] * points.row(k)[axis];
    }
    if (k < count - 1) points.row(k)[k] = std::sqrt(std::max(0.0, 1 - squares));
  }
  return points;
}

/// Adds the force with which point b pushes point a.
void add_force(const Points& points, std::size_t a, std::size_t b, double nearest, double steepness,
               double* force) {
  double squares = 1e-12;
  for (std::size_t i = 0; i < points.dimension; ++i) {
    const double gap = points.row(a)[i] - points.row(b)[i];
    squares += gap * gap;
  }
  const double strength = std::pow(nearest * nearest / squares, steepness / 2 + 1);
  for (std::size_t i = 0; i < points.dimension; ++i) {
    force[i] += strength * (points.row(a)[i] - points.row(b)[i]);
  }
}

/// Moves every point along the repulsion from all others, ever less far. The energy, a sum of
/// distances to a negative power, grows steeper on the way, until the nearest pairs alone count.
void repel(Points& points, int rounds) {
  constexpr double kFirstSteepness = 2;
  constexpr double kLastSteepness = 80;
  std::vector<double> forces(points.values.size());
  for (int round = 0; round < rounds; ++round) {
    const double progress = static_cast<double>(round) / rounds;
    const double steepness = kFirstSteepness * std::pow(kLastSteepness / kFirstSteepness, progress);
    const double nearest = smallest_distance(points.values, static_cast<int>(points.dimension));
    std::fill(forces.begin(), forces.end(), 0.0);
    for (std::size_t a = 0; a < points.count; ++a) {
      for (std::size_t b = 0; b < points.count; ++b) {
        if (a == b) continue;
        add_force(points, a, b, nearest, steepness, forces.data() + a * points.dimension);
      }
    }
    double largest = 0;
    for (const double force : forces) largest = std::max(largest, std::abs(force));
    const double step = 0.2 * std::pow(1e-4, progress) / largest;
    for (std::size_t i = 0; i < forces.size(); ++i) points.values[i] += step * forces[i];
    for (std::size_t k = 0; k < points.count; ++k) points.to_sphere(k);
  }
}

Points repelled(std::size_t count, std::size_t dimension) {
  constexpr std::uint64_t kStarts = 8;
  constexpr int kRounds = 1500;
  Points best(count, dimension);
  double best_distance = -1;
  for (std::uint64_t start = 0; start < kStarts; ++start) {
    RandomStream stream(derive_seed(Seed{0}, "centres", {count, dimension, start}));
    Points points(count, dimension);
    for (double& value : points.values) value = stream.normal();
    for (std::size_t k = 0; k < count; ++k) points.to_sphere(k);
    repel(points, kRounds);
    const double distance = smallest_distance(points.values, static_cast<int>(dimension));
    if (distance > best_distance) {
      best_distance = distance;
      best = points;
    }
  }
  return best;
}

Points unit_centres(std::size_t classes, std::size_t dimension) {
  if (dimension == 2) return circle(classes);
  if (dimension + 1 >= classes) return simplex(classes, dimension);
  if (dimension == 3 && classes == 9) return three_triangles();
  return repelled(classes, dimension);
}

}  // namespace

std::vector<double> class_centres(int classes, int dimension, double radius) {
  if (classes < 2 || dimension < 2 || !(radius > 0) || !std::isfinite(radius)) {
    throw UsageError(
        fmt::format("class centres need at least 2 classes, 2 dimensions and a positive radius; "
                    "found {}, {} and {}",
                    classes, dimension, radius));
  }
  Points points =
      unit_centres(static_cast<std::size_t>(classes), static_cast<std::size_t>(dimension));
  for (double& value : points.values) value *= radius;
  return points.values;
}

double smallest_distance(const std::vector<double>& points, int dimension) {
  const auto columns = static_cast<std::size_t>(dimension);
  const std::size_t count = points.size() / columns;
  double smallest = std::numeric_limits<double>::infinity();
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      double squares = 0;
      for (std::size_t i = 0; i < columns; ++i) {
        const double gap = points[a * columns + i] - points[b * columns + i];
        squares += gap * gap;
      }
      smallest = std::min(smallest, squares);
    }
  }
  return std::sqrt(smallest);
}

}  // namespace clvae::networks
