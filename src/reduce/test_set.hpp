#pragma once
/// \file
/// Who is who among the samples that are scored.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gsl/span>

namespace clvae::reduce {

/// Samples put in the order in which the reduction keeps them: inliers, then outliers, so that no
/// inner loop has to ask which is which.
struct TestSet {
  std::vector<std::size_t> samples;  ///< [places]: the sample that stands there
  std::size_t inliers = 0;
  std::size_t outliers = 0;
};

/// \param is_outlier [samples], 1: outlier
TestSet test_set_of(gsl::span<const std::uint8_t> is_outlier);

}  // namespace clvae::reduce
