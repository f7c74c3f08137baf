#pragma once
/// \file
/// What all members together say of each class, where `PackedScores` keeps only the largest.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gsl/span>

#include "reduce/merge.hpp"

namespace clvae::reduce {

/// The merged score of each class, in single precision: each class merged by `PackedScores` on its
/// own. \param values [N][samples, classes], one table a member  \return [samples, classes]
/// \throws as PackedScores; UsageError for max_first, which merges no classes
std::vector<float> merged_class_scores(const ScoreTraits& traits, Merge merge,
                                       const std::vector<std::vector<double>>& values);

/// How much of all classes' merged density is the class's own, [samples, classes], each row adding
/// up to 1: the probability of each class if all were equally frequent and there were no others.
/// What is no logarithm of a density is taken for minus a squared Mahalanobis distance D, whose
/// density is exp(-D / 2). \param merged [samples, classes] of `merged_class_scores`
std::vector<double> class_shares(const ScoreTraits& traits, gsl::span<const float> merged);

/// The first of the largest values of each row. \param values [samples, classes]
template <class Value>
std::vector<std::int32_t> nearest_classes(const std::vector<Value>& values, std::size_t classes);

/// Share of the inliers whose own class has the largest value.
/// \param values [samples, classes]  \param own_classes [samples], -1 of outliers
double inlier_accuracy(const std::vector<double>& values, gsl::span<const std::int32_t> own_classes,
                       std::size_t classes);

}  // namespace clvae::reduce
