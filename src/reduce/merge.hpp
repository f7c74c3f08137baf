#pragma once
/// \file
/// How members' opinions become one, and what their values mean.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace clvae::reduce {

/// What is done with the members' values of one class; the largest merged value of all classes is
/// then the sample's confidence. `max_first` takes each member's largest class first and averages
/// those, as the authors' public code does with class probabilities.
enum class Merge { mean, geometric, max, min, max_first };
std::optional<Merge> merge_named(std::string_view name);
std::string_view name_of(Merge merge);

/// What the values of one way to score mean. Per member a table [samples, classes]; a method that
/// has no classes (reconstruction error) has one column.
struct ScoreTraits {
  std::size_t classes = 1;
  bool logarithms = false;       ///< values are logs: a mean is the log of the mean of exponentials
  bool higher_is_normal = true;  ///< confidences (true) or errors (false)
};

/// \throws UsageError for geometric and max_first where the values are no logarithms (mahalanobis,
///   reconstruction error), and for anything but mean where errors are merged.
void require_mergeable(const ScoreTraits& traits, Merge merge);

/// The merges that make sense for such values, max_first left out, the mean first.
std::vector<Merge> merges_for(const ScoreTraits& traits);

}  // namespace clvae::reduce
