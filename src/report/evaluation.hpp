#pragma once
/// \file
/// What ensembles make of sets from elsewhere, in one table.

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

struct Evaluation {
  std::string run;  ///< name of the run's dataset
  std::size_t inliers = 0;
  double confidence = 0.95;
  std::vector<EvaluationRow> rows;  ///< set after set, each with the same methods in one order
};

/// The mean over the sets of a group, for each method, score and merge; of all sets where `group`
/// is empty. Their set is "(mean)", "(mean of near)" or "(mean of far)", without intervals, since
/// the sets share members and inliers. None where the group has fewer than two sets.
std::vector<EvaluationRow> means(const Evaluation& evaluation, const std::string& group);

/// Writes `evaluate.csv`: one row for each set, method, score and merge, then the means (columns:
/// set, group, method, score, merge, primary, members, FPR@95, AUROC, AUPR_IN, AUPR_OUT, ACC,
/// curve_lower, curve_upper, total_lower, total_upper, confidence). All shares are of 1.
/// \throws IoError
void write_evaluation_csv(const Evaluation& evaluation, const std::string& path);
/// The same rows as JSON. \throws IoError
void write_evaluation_json(const Evaluation& evaluation, const std::string& path);

/// The primary methods as text for the terminal, at most 100 columns wide.
std::string table(const Evaluation& evaluation);

}  // namespace clvae::report
