#include "data/standardisation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/streams.hpp"

namespace clvae::data {

namespace {

/// A variance below this may have lost digits of the squares that it is the mean of.
constexpr double kLeastVariance = 1e-290;

/// Calls `take(feature, value)` with all values, in their order.
template <class Take>
void for_each_value(const SampleSource& source, const Take& take) {
  for_each_piece(source, [&](gsl::span<std::byte> piece, auto /*first*/, auto /*count*/) {
    const std::size_t features = source.values_per_sample();
    const auto values = values_in<double>(piece);
    for (std::size_t i = 0; i < values.size(); ++i) take(i % features, values[i]);
  });
}

struct Range {
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -std::numeric_limits<double>::infinity();
  bool is_constant() const { return lowest == highest; }
};

/// The moments of features, each multiplied by a power of two, which changes no digit.
class Moments {
 public:
  explicit Moments(const SampleSource& source)
      : source_(source), ranges_(source.values_per_sample()), scales_(ranges_.size(), 1) {
    find_means();
    find_variances();
  }

  /// Takes them again, with scales that let squares of the largest values neither overflow nor
  /// vanish, where they did.
  void mend() {
    bool are_sound = true;
    for (std::size_t i = 0; i < ranges_.size(); ++i) {
      if (is_sound(i)) continue;
      are_sound = false;
      constexpr int kMost = 1000;  // of the exponents that a power of two may have either way
      scales_[i] = std::ldexp(1.0, std::clamp(-std::ilogb(largest(ranges_[i])), -kMost, kMost));
    }
    if (are_sound) return;
    find_means();
    find_variances();
  }

  Standardisation result(FeaturePrecision precision) const {
    Standardisation by;
    by.precision = precision;
    for (std::size_t i = 0; i < ranges_.size(); ++i) {
      // Of equal values the sum is rounded, so that their mean would differ from all of them.
      const bool is_constant = ranges_[i].is_constant();
      const double deviation = std::sqrt(variances_[i]) / scales_[i];
      by.means.push_back(is_constant ? ranges_[i].lowest + 0.0 : means_[i] / scales_[i]);
      by.deviations.push_back(is_constant || !(deviation > 0) ? 1 : deviation);
    }
    return by;
  }

 private:
  static double largest(const Range& range) {
    return std::max(std::abs(range.lowest), std::abs(range.highest));
  }
  bool is_sound(std::size_t feature) const {
    return ranges_[feature].is_constant() ||
           (std::isfinite(means_[feature]) && std::isfinite(variances_[feature]) &&
            variances_[feature] > kLeastVariance);
  }
  void find_means() {
    means_.assign(ranges_.size(), 0);
    for_each_value(source_, [&](std::size_t feature, double value) {
      Range& range = ranges_[feature];
      range.lowest = std::min(range.lowest, value);
      range.highest = std::max(range.highest, value);
      means_[feature] += value * scales_[feature];
    });
    for (double& mean : means_) mean /= static_cast<double>(source_.size());
  }
  void find_variances() {
    variances_.assign(ranges_.size(), 0);
    for_each_value(source_, [&](std::size_t feature, double value) {
      variances_[feature] += std::pow(value * scales_[feature] - means_[feature], 2);
    });
    for (double& variance : variances_) variance /= static_cast<double>(source_.size());
  }

  const SampleSource& source_;
  std::vector<Range> ranges_;
  std::vector<double> scales_;
  std::vector<double> means_;      ///< times the scales
  std::vector<double> variances_;  ///< times the squares of the scales
};

}  // namespace

void Standardisation::apply(gsl::span<const double> features, gsl::span<float> standardised) const {
  for (std::size_t i = 0; i < features.size(); ++i) {
    const std::size_t feature = i % means.size();
    const double value = in_precision(features[i], precision);
    standardised[i] = static_cast<float>((value - means[feature]) / deviations[feature]);
  }
}

Standardisation standardisation_by(const SampleSource& features, FeaturePrecision precision) {
  Moments moments(features);
  moments.mend();
  return moments.result(precision);
}

}  // namespace clvae::data
