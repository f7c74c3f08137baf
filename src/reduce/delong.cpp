#include "reduce/delong.hpp"

#include <limits>
#include <vector>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::reduce {

namespace {

/// Variance of the mean of such values.
double variance_of_mean(gsl::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  if (values.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  double mean = 0;
  for (const double value : values) mean += value / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / (count - 1) / count;
}

double variance_of(const std::vector<double>& placements, std::size_t inliers) {
  if (inliers == 0 || inliers >= placements.size()) {
    throw UsageError(fmt::format("placements of {} inliers and {} outliers: neither can be 0",
                                 inliers, placements.size() - inliers));
  }
  const gsl::span<const double> all(placements);
  return variance_of_mean(all.first(inliers)) + variance_of_mean(all.subspan(inliers));
}

}  // namespace

double delong_variance(gsl::span<const float> placements, std::size_t inliers) {
  return variance_of({placements.begin(), placements.end()}, inliers);
}

double delong_variance_of_difference(gsl::span<const float> first, gsl::span<const float> second,
                                     std::size_t inliers) {
  if (first.size() != second.size()) {
    throw UsageError(
        fmt::format("placements of {} samples and of {}", first.size(), second.size()));
  }
  std::vector<double> differences;
  for (std::size_t i = 0; i < first.size(); ++i) {
    differences.push_back(static_cast<double>(first[i]) - static_cast<double>(second[i]));
  }
  return variance_of(differences, inliers);
}

}  // namespace clvae::reduce
