#include "reduce/merge.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "reduce/kernels.hpp"
#include "reduce/packed_scores.hpp"

namespace clvae::reduce {

namespace {

void walk_means(const Kernels& kernels, const TileWalk& tile, float sign) {
  kernels.walk_means(tile, sign);
}

void walk_maxima(const Kernels& kernels, const TileWalk& tile, float /*sign*/) {
  kernels.walk_maxima(tile);
}

void walk_minima(const Kernels& kernels, const TileWalk& tile, float /*sign*/) {
  kernels.walk_minima(tile);
}

constexpr const char* kMean = "merged = values.float().mean([0])\n";

/// In single precision, as PackedScores works in it: far from all classes that decides which is the
/// nearest. A density of less than exp(kLeastLogarithm) is nothing to it.
std::string mean_of_densities() {
  return fmt::format(
      "merged = torch.logsumexp(values, [0]) - self.log_members\n"
      "merged = torch.where(merged < {:.1f}, torch.full_like(merged, {:.1f}), merged).float()\n",
      kLeastLogarithm, kLogarithmOfNothing);
}

MergeRow mean_row() {
  MergeRow row{Merge::mean, "mean", "arithmetic mean", "follows the most confident members"};
  row.adds_exponentials = true;
  row.suits_errors = true;
  row.walk = walk_means;
  row.script = kMean;
  row.logarithms_script = mean_of_densities();
  return row;
}

MergeRow geometric_row() {
  MergeRow row{Merge::geometric, "geometric", "geometric mean",
               "lets every member lower the score"};
  row.needs_logarithms = true;
  row.walk = walk_means;
  row.script = kMean;
  return row;
}

MergeRow max_row() {
  MergeRow row{Merge::max, "max", "maximum", "takes the most confident member"};
  row.walk = walk_maxima;
  row.script = "merged = torch.amax(values.float(), [0])\n";
  return row;
}

MergeRow min_row() {
  MergeRow row{Merge::min, "min", "minimum", "takes the least confident member"};
  row.walk = walk_minima;
  row.script = "merged = torch.amin(values.float(), [0])\n";
  return row;
}

MergeRow max_first_row() {
  MergeRow row{Merge::max_first, "max_first", "each member's maximum, then the mean", ""};
  row.merges_classes = false;
  row.needs_logarithms = true;
  row.adds_exponentials = true;
  return row;
}

/// Stands in tables where a score merges nothing.
MergeRow joint_row() {
  MergeRow row{Merge::joint, "joint", "all members at once", ""};
  row.merges_classes = false;
  return row;
}

}  // namespace

const std::vector<MergeRow>& merge_table() {
  static const std::vector<MergeRow> table{mean_row(), geometric_row(), max_row(),
                                           min_row(),  max_first_row(), joint_row()};
  return table;
}

const MergeRow& row_of(Merge merge) {
  const auto& table = merge_table();
  return *std::find_if(table.begin(), table.end(),
                       [merge](const MergeRow& row) { return row.merge == merge; });
}

std::optional<Merge> merge_named(std::string_view name) {
  for (const MergeRow& row : merge_table()) {
    if (name == row.name) return row.merge;
  }
  return std::nullopt;
}

std::string_view name_of(Merge merge) { return row_of(merge).name; }

std::vector<std::string> merge_names() {
  std::vector<std::string> names;
  for (const MergeRow& row : merge_table()) {
    if (row.merges_classes) names.emplace_back(row.name);
  }
  return names;
}

void require_mergeable(const ScoreTraits& traits, Merge merge) {
  const MergeRow& row = row_of(merge);
  if (!traits.higher_is_normal && !row.suits_errors) {
    throw UsageError(fmt::format("errors are merged by their mean alone, not by {}", row.name));
  }
  if (row.needs_logarithms && !traits.logarithms) {
    throw UsageError(fmt::format(
        "the merge {} needs logarithms of probabilities or densities, which these scores are not",
        row.name));
  }
}

std::vector<Merge> merges_for(const ScoreTraits& traits) {
  std::vector<Merge> merges;
  for (const MergeRow& row : merge_table()) {
    const bool is_sensible = (traits.higher_is_normal || row.suits_errors) &&
                             (traits.logarithms || !row.needs_logarithms);
    if (is_sensible && row.merges_classes) merges.push_back(row.merge);
  }
  return merges;
}

}  // namespace clvae::reduce
