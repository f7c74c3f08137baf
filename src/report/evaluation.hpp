#pragma once
/// \file
/// What ensembles make of sets from elsewhere, in one table.

#include <array>
#include <string>
#include <vector>

#include "reduce/results.hpp"

namespace clvae::report {

/// One method, score and merge at its largest ensemble, against one set. The names of the measures
/// are those of OpenOOD (Zhang et al. 2023, arXiv 2306.09301). NaN = not known.
struct EvaluationRow {
  std::string set;
  std::string group;  ///< "near" or "far"; empty: none
  std::string method;
  std::string score;
  std::string merge;
  std::string title;        ///< for people, e.g. "CL-VAE, latent divergence"
  bool is_primary = true;   ///< one of Figure 3
  std::size_t members = 0;  ///< that were merged
  double fpr_at_95_tpr = reduce::kUnknown;
  double auroc = reduce::kUnknown;
  reduce::Interval curve;              ///< of the AUROC, given this test set
  reduce::Interval total;              ///< of the AUROC, for fresh test samples
  double aupr_in = reduce::kUnknown;   ///< average precision with inliers as positives
  double aupr_out = reduce::kUnknown;  ///< with outliers as positives
  double accuracy = reduce::kUnknown;  ///< share of inliers whose own class scores highest
};

/// What samples a set has.
struct EvaluatedSet {
  std::string name;
  std::string group;
  std::string path;  ///< or what the set is, where it is no file
  std::size_t samples = 0;
  /// What the samples were before they were brought to the run's shape, in words; empty where they
  /// had it.
  std::string brought_from;
  /// Tells the members, samples and settings that the results follow from: where all of them are
  /// the same, so are the results.
  std::string fingerprint;
};

struct Evaluation {
  std::string run;  ///< name of the run's dataset
  std::size_t inliers = 0;
  double confidence = 0.95;
  std::vector<EvaluationRow> rows;  ///< set after set, each with the same methods in one order
  std::vector<EvaluatedSet> sets = {};
};

/// The mean over the sets of a group, for each method, score and merge; of all sets where `group`
/// is empty. Their set is "(mean)", "(mean of near)" or "(mean of far)", without intervals, since
/// the sets share members and inliers. None where the group has fewer than two sets.
std::vector<EvaluationRow> means(const Evaluation& evaluation, const std::string& group);
/// The rows of the sets, then the means over near, over far and over all of them.
std::vector<EvaluationRow> with_means(const Evaluation& evaluation);

/// A measure of a row that is averaged, under the name that tables give it.
struct EvaluationMeasure {
  const char* name;
  double EvaluationRow::*value;
};
inline constexpr std::array<EvaluationMeasure, 5> kEvaluationMeasures{
    {{"FPR@95", &EvaluationRow::fpr_at_95_tpr},
     {"AUROC", &EvaluationRow::auroc},
     {"AUPR_IN", &EvaluationRow::aupr_in},
     {"AUPR_OUT", &EvaluationRow::aupr_out},
     {"ACC", &EvaluationRow::accuracy}}};

/// The names of the columns of `evaluate.csv`, and a row, both without a line end.
std::string evaluation_csv_header();
std::string evaluation_csv_row(const EvaluationRow& row, double confidence);

/// Whether both are of one method, score and merge.
bool is_same_method(const EvaluationRow& a, const EvaluationRow& b);

/// Writes `evaluate.csv`: one row for each set, method, score and merge, then the means (columns:
/// set, group, method, score, merge, primary, members, FPR@95, AUROC, AUPR_IN, AUPR_OUT, ACC,
/// curve_lower, curve_upper, total_lower, total_upper, confidence). All shares are of 1.
/// \throws IoError
void write_evaluation_csv(const Evaluation& evaluation, const std::string& path);

/// Writes all of it as `evaluate.json`: the sets, and the rows of the CSV. \throws IoError
void write_evaluation_json(const Evaluation& evaluation, const std::string& path);
/// Reads `evaluate.json` back, without the means. \throws DataError for anything but a file of
/// `write_evaluation_json` of this version
Evaluation read_evaluation_json(const std::string& path);

/// The primary methods as text for the terminal, at most 100 columns wide.
std::string table(const Evaluation& evaluation);

}  // namespace clvae::report
