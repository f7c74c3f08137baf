#include "reduce/merged_classes.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "reduce/packed_scores.hpp"

namespace clvae::reduce {

std::vector<float> merged_class_scores(const ScoreTraits& traits, Merge merge,
                                       const std::vector<std::vector<double>>& values) {
  if (!row_of(merge).merges_classes) {
    throw UsageError(fmt::format("{} merges no classes", name_of(merge)));
  }
  const std::size_t classes = traits.classes;
  const std::size_t samples = values.empty() ? 0 : values.front().size() / classes;
  std::vector<std::size_t> places(samples);
  std::iota(places.begin(), places.end(), std::size_t{0});
  Order order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});

  ScoreTraits one_class = traits;
  one_class.classes = 1;
  PackedScores packed(one_class, merge, places, values.size());
  std::vector<double> column(samples);
  std::vector<float> merged(samples * classes);
  for (std::size_t label = 0; label < classes; ++label) {
    for (std::size_t member = 0; member < values.size(); ++member) {
      for (std::size_t i = 0; i < samples; ++i) column[i] = values[member][i * classes + label];
      packed.set_member(member, column);
    }
    const std::vector<float> of_all = anomalies_of_all(packed, order);
    for (std::size_t i = 0; i < samples; ++i) merged[i * classes + label] = -of_all[i];
  }
  return merged;
}

std::vector<double> class_shares(const ScoreTraits& traits, gsl::span<const float> merged) {
  const double scale = traits.logarithms ? 1.0 : 0.5;
  std::vector<double> shares(merged.size());
  for (std::size_t row = 0; row < merged.size(); row += traits.classes) {
    const auto values = merged.subspan(row, traits.classes);
    const float best = *std::max_element(values.begin(), values.end());
    double sum = 0;
    for (std::size_t label = 0; label < traits.classes; ++label) {
      const double gap = static_cast<double>(values[label]) - static_cast<double>(best);
      sum += shares[row + label] = std::exp(scale * gap);
    }
    for (std::size_t label = 0; label < traits.classes; ++label) shares[row + label] /= sum;
  }
  return shares;
}

template <class Value>
std::vector<std::int32_t> nearest_classes(const std::vector<Value>& values, std::size_t classes) {
  std::vector<std::int32_t> nearest;
  nearest.reserve(values.size() / classes);
  for (auto row = values.begin(); row != values.end();) {
    const auto end = row + static_cast<std::ptrdiff_t>(classes);
    nearest.push_back(static_cast<std::int32_t>(std::max_element(row, end) - row));
    row = end;
  }
  return nearest;
}

template std::vector<std::int32_t> nearest_classes(const std::vector<float>&, std::size_t);
template std::vector<std::int32_t> nearest_classes(const std::vector<double>&, std::size_t);

double inlier_accuracy(const std::vector<double>& values, gsl::span<const std::int32_t> own_classes,
                       std::size_t classes) {
  const std::vector<std::int32_t> nearest = nearest_classes(values, classes);
  std::size_t right = 0;
  std::size_t inliers = 0;
  for (std::size_t i = 0; i < nearest.size(); ++i) {
    if (own_classes[i] < 0) continue;
    ++inliers;
    right += nearest[i] == own_classes[i] ? 1U : 0U;
  }
  return static_cast<double>(right) / static_cast<double>(inliers);
}

}  // namespace clvae::reduce
