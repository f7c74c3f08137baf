#pragma once
/// \file
/// Images made worse in known ways, as sets for everyone to try a detector on.
///
/// Noise, blur and contrast are those of CIFAR-10-C, with its severities, on intensities in 0..1
/// (Hendrycks and Dietterich 2019, arXiv 1903.12261; github.com/hendrycks/robustness). The shift is
/// our own, and so is the drawing of noise, which is seeded here.

#include <array>
#include <string_view>
#include <vector>

#include "core/strong.hpp"
#include "data/dataset.hpp"

namespace clvae::data {

inline constexpr int kSeverities = 5;

/// A row of the table.
struct Corruption {
  std::string_view name;
  std::string_view meaning;                 ///< of its amounts
  std::array<double, kSeverities> amounts;  ///< of severity 1..5
  /// Changes one image, [channels, height, width] in 0..1. \param seed of the image
  void (*apply)(std::vector<double>& image, const ImageShape& shape, double amount, Seed seed);
};

/// Every corruption, in the order of the tables.
const std::vector<Corruption>& corruptions();

/// Corrupts images one by one. Depends on its arguments alone. \param intensities in 0..1,
/// [n, channels, height, width]  \param severity 1..5 \return as many intensities, in 0..1
std::vector<float> corrupted(const Corruption& corruption, int severity,
                             std::vector<float> intensities, const ImageShape& shape, Seed seed);

}  // namespace clvae::data
