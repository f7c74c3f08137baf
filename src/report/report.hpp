#pragma once
/// \file
/// What a reduced run says, as tables. A number that isn't known is NaN: an empty field in CSV,
/// null in JSON, a dash in the terminal.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "reduce/results.hpp"

namespace clvae::report {

using reduce::kUnknown;

/// AUC against ensemble size for one method, score and merge.
struct Curve {
  std::string method;         ///< e.g. "clvae"
  std::string score;          ///< e.g. "density"
  std::string merge;          ///< e.g. "mean"
  std::string title;          ///< for people, e.g. "CL-VAE, latent divergence"
  bool is_primary = true;     ///< one of Figure 3; false: only in the compact table and the merges
  std::size_t achieved = 0;   ///< members that took part
  std::size_t requested = 0;  ///< members that were asked for
  std::vector<reduce::CurvePoint> rows;  ///< as in `auc.csv`, sizes rising
  bool is_deterministic = false;  ///< one member says all there is (PCA): drawn as a flat line
};

/// Two curves at equal sizes.
struct Comparison {
  std::size_t first = 0;                      ///< index into the reduction's curves
  std::size_t second = 0;                     ///< another one
  std::optional<std::size_t> overtakes_at;    ///< the first is surely above from this size on
  std::vector<reduce::ComparisonPoint> rows;  ///< the first less the second, sizes rising
};

/// What more members would bring to a curve.
struct CurveForecast : reduce::Forecast {
  std::size_t curve = 0;  ///< index into the reduction's curves
};

/// All curves of one run and what they are conditional on.
struct Reduction {
  std::string dataset;                     ///< name
  std::vector<std::string> outlier_names;  ///< class names; of a set from elsewhere its name
  /// Whether the outliers are a set from elsewhere. Not kept in `auc.json`.
  bool is_against_set = false;
  std::size_t test_inliers = 0;
  std::size_t test_outliers = 0;
  double confidence = 0.95;  ///< of all intervals
  std::vector<Curve> curves;
  std::vector<Comparison> comparisons;
  std::vector<CurveForecast> forecasts;
};

/// Writes `auc.csv`, one row for each method, score, merge and size (columns: method, score, merge,
/// primary, size, auc_mean, curve_lower, curve_upper, ensemble_lower, ensemble_upper, total_lower,
/// total_upper, confidence, aupr, fpr_at_95_tpr, draws, members_achieved, members_requested).
/// Written beside and renamed. Numbers round-trip. \throws IoError
void write_csv(const Reduction& reduction, const std::string& path);

/// Writes `comparisons.csv`, one row for each comparison and size (columns: first_method,
/// first_score, first_merge, the same of the second, size, auc_difference, lower, upper,
/// one_sided_lower, confidence, overtakes_at). Written beside and renamed. \throws IoError
void write_comparisons_csv(const Reduction& reduction, const std::string& path);

/// Writes all of it as `auc.json`, with a format version and the intervals' meaning. Bytes in names
/// that are no UTF-8 become U+FFFD. \throws IoError
void write_json(const Reduction& reduction, const std::string& path);

/// Reads `auc.json` back, bit for bit. \throws DataError for anything but a file of `write_json`
Reduction read_json(const std::string& path);

/// Everything as text for the terminal, at most 100 columns wide: the primary curves at sizes 1, 2,
/// 5, 10, ... and N with both intervals and what they mean, all curves at their largest size,
/// comparisons and forecasts.
std::string table(const Reduction& reduction);

}  // namespace clvae::report
