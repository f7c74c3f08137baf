#pragma once
/// \file
/// Features brought to mean 0 and standard deviation 1.

#include <vector>

#include <gsl/span>

#include "core/sample_source.hpp"
#include "core/value_type.hpp"

namespace clvae::data {

/// How features were brought to mean 0 and standard deviation 1.
struct Standardisation {
  std::vector<double> means;       ///< [features], of the training part; empty for images
  std::vector<double> deviations;  ///< [features], divisor n; 1 where a feature is constant
  FeaturePrecision precision = FeaturePrecision::float64;  ///< of features before

  /// \param features [n, features], as they are stored  \param standardised as many
  void apply(gsl::span<const double> features, gsl::span<float> standardised) const;
};

/// What standardises the features of a source, whatever their size: they are read twice, and once
/// more where sums of them, or of their squares, are more or less than a number of double precision
/// holds. \pre there are samples
Standardisation standardisation_by(const SampleSource& features, FeaturePrecision precision);

}  // namespace clvae::data
