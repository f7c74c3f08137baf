#include "report/points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/random.hpp"

namespace clvae::report {

std::vector<std::size_t> thinned(std::size_t count, std::size_t most, std::uint64_t seed) {
  RandomStream stream(derive_seed(Seed{seed}, "points of a figure", {count}));
  std::vector<std::size_t> order = stream.permutation(count);
  order.resize(std::min(count, most));
  std::sort(order.begin(), order.end());
  return order;
}

std::vector<double> class_means(const std::vector<double>& values, std::size_t dimensions,
                                const std::vector<std::size_t>& classes, std::size_t count) {
  std::vector<double> means(count * dimensions, 0.0);
  std::vector<std::size_t> members(count, 0);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    ++members[classes[i]];
    for (std::size_t j = 0; j < dimensions; ++j) {
      means[classes[i] * dimensions + j] += values[i * dimensions + j];
    }
  }
  for (std::size_t k = 0; k < count; ++k) {
    for (std::size_t j = 0; j < dimensions; ++j) {
      double& mean = means[k * dimensions + j];
      mean = members[k] > 0 ? mean / static_cast<double>(members[k])
                            : std::numeric_limits<double>::quiet_NaN();
    }
  }
  return means;
}

double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(place));
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double weight = place - static_cast<double>(below);
  return sorted[below] * (1 - weight) + sorted[above] * weight;
}

double round_step(double length, std::size_t most) {
  const double least = length / static_cast<double>(most);
  const double decade = std::pow(10.0, std::floor(std::log10(least)));
  for (const double digit : {1.0, 2.0, 5.0}) {
    if (digit * decade >= least) return digit * decade;
  }
  return 10 * decade;
}

}  // namespace clvae::report
