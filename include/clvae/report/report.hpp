#pragma once
/// \file
/// Tables and figures of a reduced run.

#include <cstddef>
#include <string>
#include <vector>

namespace clvae::report {

/// One point of one curve, as it stands in `auc.csv`.
struct CurveRow {
  std::size_t size = 0;
  double mean = 0;
  double lower = 0;  ///< NaN where the ensemble is too small for an interval: an empty field
  double upper = 0;
  std::size_t draws = 0;
};

/// AUC against ensemble size for one method.
struct Curve {
  std::string method;         ///< e.g. "clvae"
  std::string score;          ///< e.g. "density"
  std::string merge;          ///< e.g. "mean"
  std::string title;          ///< for the key of a figure, e.g. "CL-VAE, latent divergence"
  std::size_t achieved = 0;   ///< members that took part
  std::size_t requested = 0;  ///< members that were asked for
  std::vector<CurveRow> rows;
};

/// All curves of one run and what they are conditional on.
struct Reduction {
  std::string dataset;                     ///< name
  std::vector<std::string> outlier_names;  ///< class names
  std::size_t test_inliers = 0;
  std::size_t test_outliers = 0;
  double confidence = 0.95;
  std::vector<Curve> curves;
};

/// Writes `auc.csv` (columns: method, score, merge, size, auc_mean, curve_lower, curve_upper,
/// confidence, draws, members_achieved, members_requested). Written beside and renamed.
/// Numbers round-trip. \throws IoError
void write_csv(const Reduction& reduction, const std::string& path);

/// Writes the same as `auc.json`, with dataset, outliers, test-set sizes and a format version.
/// Bytes in names that are no UTF-8 become U+FFFD. \throws IoError
void write_json(const Reduction& reduction, const std::string& path);

/// Reads `auc.json` back, bit for bit. \throws DataError for anything but a file of `write_json`
Reduction read_json(const std::string& path);

/// Draws AUC against ensemble size as `figure3.svg`, `.png` and `.pdf` in `folder`, which must be
/// there, with gnuplot, and leaves `figure3.gnuplot`, the script with its data, for the user to
/// change; also where gnuplot fails, and then older figures stay as they are. The same reduction
/// gives the same SVG and PNG; a PDF holds the time it was made. Starts a child process without a
/// shell or fork, so that rank 0 of a job may call it. \return the paths of the three figures
/// \throws RunError where gnuplot is missing (says how to get it) or fails (carries its message),
///   or no curve has a row; IoError
std::vector<std::string> plot_figure3(const Reduction& reduction, const std::string& folder);

/// The curves as text for the terminal, at most 100 columns wide: sizes 1, 2, 5, 10, ... and N with
/// mean and interval, and which interval that is.
std::string table(const Reduction& reduction);

}  // namespace clvae::report
