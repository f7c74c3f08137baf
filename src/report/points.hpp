#pragma once
/// \file
/// Clouds of points, thinned until they can be drawn.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace clvae::report {

/// At most `most` of the numbers 0..count-1, drawn without replacement, in rising order; the same
/// seed and count give the same. All of them where they are no more than `most`.
std::vector<std::size_t> thinned(std::size_t count, std::size_t most, std::uint64_t seed);

/// The values' mean over the points of each class. \param values [n, D]
/// \return [classes, D], NaN for a class without points
std::vector<double> class_means(const std::vector<double>& values, std::size_t dimensions,
                                const std::vector<std::size_t>& classes, std::size_t count);

/// The value that a share of the sorted numbers lies below. \pre sorted isn't empty
double quantile(const std::vector<double>& sorted, double share);

/// The smallest of ..., 0.5, 1, 2, 5, 10, ... of which at most `most` go into a length.
double round_step(double length, std::size_t most);

}  // namespace clvae::report
