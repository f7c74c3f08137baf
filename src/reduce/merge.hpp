#pragma once
/// \file
/// The table of merges: how members' opinions become one.
///
/// A new merge is an enumerator here and a row in merge.cpp.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clvae::reduce {

struct Kernels;
struct TileWalk;

/// What is done with the members' values of one class; the largest merged value of all classes is
/// then the sample's confidence. `max_first` takes each member's largest class first and averages
/// those, as the authors' public code does with class probabilities. `joint` is no merge: a score
/// that looks at all members at once has it in its place.
enum class Merge { mean, geometric, max, min, max_first, joint };

/// A row of the table.
struct MergeRow {
  Merge merge;
  std::string_view name;       ///< the word in configs and tables
  std::string_view title;      ///< in legends
  std::string_view help;       ///< continues "How members' scores of a class become one: NAME ..."
  bool merges_classes = true;  ///< false: each member's largest class is taken first
  bool needs_logarithms = false;   ///< makes no sense of values that are no logarithms
  bool adds_exponentials = false;  ///< of logarithms it takes the log of the mean of exponentials
  bool suits_errors = false;       ///< errors can be merged so as well
  /// Merges a tile of values, for every size; of logarithms only where it adds no exponentials.
  /// \param sign -1 for confidences, 1 for errors
  void (*walk)(const Kernels& kernels, const TileWalk& tile, float sign) = nullptr;
  /// What makes `merged`, [n, K] in single precision, of `values`, [members, n, K] in double
  /// precision, as lines of TorchScript; empty where classes are not merged.
  std::string script = {};
  std::string logarithms_script = {};  ///< of logarithms, where that is another
};

/// In the order in which tables and figures have them.
const std::vector<MergeRow>& merge_table();
const MergeRow& row_of(Merge merge);

std::optional<Merge> merge_named(std::string_view name);
std::string_view name_of(Merge merge);
/// The words that choose the merge of a class's scores.
std::vector<std::string> merge_names();

/// What the values of one way to score mean. Per member a table [samples, classes]; a method that
/// has no classes (reconstruction error) has one column.
struct ScoreTraits {
  std::size_t classes = 1;
  bool logarithms = false;       ///< values are logs: a mean is the log of the mean of exponentials
  bool higher_is_normal = true;  ///< confidences (true) or errors (false)
};

/// \throws UsageError for geometric and max_first where the values are no logarithms (squared
///   distances, errors), and for anything but mean where errors are merged.
void require_mergeable(const ScoreTraits& traits, Merge merge);

/// The merges that make sense for such values, max_first left out, the mean first.
std::vector<Merge> merges_for(const ScoreTraits& traits);

}  // namespace clvae::reduce
