#include "reduce/merge.hpp"

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::reduce {

std::optional<Merge> merge_named(std::string_view name) {
  for (const Merge merge :
       {Merge::mean, Merge::geometric, Merge::max, Merge::min, Merge::max_first}) {
    if (name == name_of(merge)) return merge;
  }
  return std::nullopt;
}

std::string_view name_of(Merge merge) {
  switch (merge) {
    case Merge::mean:
      return "mean";
    case Merge::geometric:
      return "geometric";
    case Merge::max:
      return "max";
    case Merge::min:
      return "min";
    case Merge::max_first:
      return "max_first";
  }
  return "";
}

void require_mergeable(const ScoreTraits& traits, Merge merge) {
  if (merge != Merge::mean && !traits.higher_is_normal) {
    throw UsageError(
        fmt::format("errors are merged by their mean alone, not by {}", name_of(merge)));
  }
  if (merge == Merge::geometric && !traits.logarithms) {
    throw UsageError("a geometric mean needs densities: score mahalanobis can't be merged by it");
  }
  if (merge == Merge::max_first && !traits.logarithms) {
    throw UsageError("max_first averages probabilities or densities, which these scores are not");
  }
}

std::vector<Merge> merges_for(const ScoreTraits& traits) {
  if (!traits.higher_is_normal) return {Merge::mean};
  if (!traits.logarithms) return {Merge::mean, Merge::max, Merge::min};
  return {Merge::mean, Merge::geometric, Merge::max, Merge::min};
}

}  // namespace clvae::reduce
