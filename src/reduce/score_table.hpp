#pragma once
/// \file
/// The table of scores: how members' values become anomaly scores.
///
/// Configs, tables, figures, help, `score`, `export` and the library take all they need from here.
/// A new score is a row in score_table.cpp, and where it looks at the members together a class of
/// its own beside.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reduce/member_values.hpp"
#include "reduce/merge.hpp"
#include "reduce/scored_members.hpp"

namespace clvae::reduce {

struct Score;

/// What scores have in common that are variants of one another.
struct ScoreFamily {
  std::string_view name;
  std::string_view title;
};

/// How members are to be scored.
struct Scoring {
  Merge merge = Merge::mean;
  Part part = Part::test;          ///< of whose samples
  const Score* primary = nullptr;  ///< the score that `reduction.score` names
};

/// What one member says of the samples of a part: [samples, classes], or [samples].
using ValuesOf =
    std::function<std::vector<double>(const MemberValues& members, std::size_t member, Part part)>;

/// Numbers of a shape, under the name by which TorchScript takes them.
struct NamedTensor {
  std::string_view name;
  std::vector<std::size_t> shape;
  std::vector<double> values;
};

/// A row of the table.
struct Score {
  std::string_view name;  ///< the word in configs and tables
  std::string_view
      title;  ///< in tables and figures, where another of the family is the primary one
  ScoreFamily family;
  /// Whether `reduction.score` can name it: one of the family is drawn, the others are variants.
  /// Where it can, it reads class Gaussians and test latents alone, so that new samples have it
  /// too.
  bool can_be_primary = false;
  std::string_view help;  ///< of one that can: continues "NAME, ...", in a list
  std::vector<Reading> reads;
  /// It takes validation inliers, at least so many, to do what `use` says.
  std::size_t validation_inliers = 0;
  std::string_view validation_use;

  bool has_logarithms = false;   ///< ScoreTraits::logarithms
  bool higher_is_normal = true;  ///< ScoreTraits::higher_is_normal
  bool knows_classes = true;     ///< else members say one thing of a sample
  std::vector<Merge> merges;     ///< in the order of the tables
  bool has_primary_merge_only = false;
  /// It looks at all members at once (ScoredMembers::is_joint), and merges nothing: whatever
  /// `reduction.merge` says, the merge in its tables is `joint`.
  bool is_joint = false;

  /// Of the classes, where it knows them: the largest is the sample's nearest. None where members
  /// say nothing on their own.
  ValuesOf values;
  /// All members, ready to be merged in any order. \throws UsageError, RunError
  std::function<std::unique_ptr<ScoredMembers>(const MemberValues& members, const Scoring& scoring)>
      make;

  /// What all members say of the classes together, [samples, K], where `values` of each are not
  /// merged by the merge. \param values [N] of [samples, K]
  std::function<std::vector<float>(const MemberValues& members, Part part,
                                   const std::vector<std::vector<double>>& values)>
      class_scores;

  /// The same as TorchScript, where it can be primary: how classes score, and what makes the
  /// anomaly score, [n], of the classes' `merged` scores, [n, K].
  GaussianScore gaussian_score;
  std::string_view anomaly_script;
  /// Of a joint score, in place of the merge's lines: what makes `merged` of the members' class
  /// scores, `values`, [members, n, K] in double precision, and their latents, `latents`,
  /// [members, n, d]. They take the tensors of `joint_tensors`.
  std::string_view joint_script;
  std::function<std::vector<NamedTensor>(const References& references)> joint_tensors;

  ScoreTraits traits(std::size_t classes) const {
    return {knows_classes ? classes : 1, has_logarithms, higher_is_normal};
  }
  /// A joint score takes any, as it says nothing to it.
  bool can_be_merged_by(Merge merge) const;
  /// What stands in tables for it. \param wanted by `reduction.merge`
  Merge merge_in_use(Merge wanted) const { return is_joint ? Merge::joint : wanted; }
  std::vector<std::string> merge_names() const;
};

/// In the order in which tables have them.
const std::vector<Score>& score_table();
/// The row of that name, or nullptr.
const Score* score_named(std::string_view name);
/// The words that choose the primary score.
std::vector<std::string> primary_score_names();

/// \throws UsageError where members that are scored so can't be merged so
void require_mergeable(const Score& score, Merge merge);

/// What all members say of the classes together, in single precision. \param values of each, as
/// the score has them, [N] of [samples, K]  \return [samples, K], by number of the sample
std::vector<float> class_scores_of_all(const Score& score, Merge merge, const MemberValues& members,
                                       Part part, const std::vector<std::vector<double>>& values);

/// Members each of which says `values`, merged by PackedScores.
std::unique_ptr<ScoredMembers> packed(const ScoreTraits& traits, const ValuesOf& values,
                                      const MemberValues& members, const Scoring& scoring);

/// "density, ...; peak_normalised, ...": the scores that can be primary, with their help.
std::string primary_scores_in_words();
/// "mean ..., geometric ... and min ...", with their help; then which scores can't be had with
/// which, or have none.
std::string merges_in_words();

}  // namespace clvae::reduce
