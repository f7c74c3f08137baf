#pragma once
/// \file
/// The figures. Each is drawn with gnuplot as NAME.svg, .png and .pdf in `folder`, which must be
/// there, and leaves NAME.gnuplot, the script with its data, for the user to change; also where
/// gnuplot fails, and then older figures stay as they are. The same input gives the same SVG and
/// PNG; a PDF holds the time it was made. gnuplot is started without a shell or fork, so that rank
/// 0 of a job may draw.
///
/// Where `latex_width` is given, in points of 1/72 inch, each is drawn for LaTeX too, as wide as
/// that: NAME_latex.tex, which a document takes by \input, with NAME_latex.pdf and its script
/// NAME_latex.gnuplot. LaTeX sets the texts, in the document's font; headings are left to captions.
///
/// All return the paths of the three files, in that order, and then of the .tex and its .pdf; and
/// throw RunError where gnuplot is missing (says how to get it) or fails (carries its message), or
/// there is nothing to draw; UsageError where the arrays of an input disagree in length; IoError.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/report.hpp"
#include "report/sweep.hpp"

namespace clvae::report {

/// `figure3`: AUC against ensemble size, the primary curves with their curve intervals as bands,
/// one panel for each run. Curves of the same title look the same in all panels.
/// \param names of the runs, or none; what tells runs on the same data and anomalies apart
std::vector<std::string> plot_figure3(const std::vector<Reduction>& runs, const std::string& folder,
                                      const std::vector<std::string>& names = {},
                                      std::optional<double> latex_width = std::nullopt);

/// `merges`: AUC against ensemble size, one panel for each method and score that has several
/// merges, with the primary merge's band.
std::vector<std::string> plot_merges(const Reduction& reduction, const std::string& folder,
                                     std::optional<double> latex_width = std::nullopt);

/// Whether `plot_merges` has something to draw.
bool has_merges(const Reduction& reduction);

/// What one member has made of inliers and of the test set. D = axes.size(), 2 or 3.
struct LatentSpace {
  std::string title;                          ///< e.g. "CL-VAE, member 0"
  std::vector<std::string> axes;              ///< [D], e.g. "z1", or "principal axis 1 (61 %)"
  std::string inliers_are;                    ///< e.g. "training inliers"
  std::vector<double> inliers;                ///< [n, D] row-major, their encodings
  std::vector<std::size_t> inlier_classes;    ///< [n], indices into `LatentFigure::class_names`
  std::vector<double> test;                   ///< [m, D]
  std::vector<std::uint8_t> test_is_outlier;  ///< [m]
  /// [K, D], row i of class i, NaN for a class without one: where the prior pulls a class. Empty:
  /// the labels stand at the means of the classes' encodings instead.
  std::vector<double> centres;
};

/// `figure2`: latent spaces side by side. Too many points are thinned by a seeded draw, and the
/// figure says so.
struct LatentFigure {
  std::string dataset;
  std::vector<std::string> outlier_names;
  std::vector<std::string> class_names;  ///< [K] of the classes that `inlier_classes` counts
  std::vector<LatentSpace> spaces;       ///< one column each, all with the same D
  std::uint64_t seed = 1;                ///< of the thinning
};

/// Draws `figure2`. Non-finite points are left out.
std::vector<std::string> plot_latent_spaces(const LatentFigure& figure, const std::string& folder,
                                            std::optional<double> latex_width = std::nullopt);

/// One picture of the test set.
struct ImageTile {
  std::vector<std::uint8_t> pixels;  ///< [C, H, W], C = 1 (grey) or 3 (red, green, blue)
  std::string class_name;            ///< written below
};

/// What one method was most wrong about.
struct MisclassifiedRow {
  std::string title;                ///< the method
  std::vector<ImageTile> inliers;   ///< highest anomaly score first; six fit a printed page well
  std::vector<ImageTile> outliers;  ///< lowest anomaly score first
};

/// `figure4`: the most misclassified inliers and outliers of each method.
struct MisclassifiedFigure {
  std::string dataset;
  std::vector<std::string> outlier_names;
  std::size_t channels = 1;
  std::size_t height = 0;
  std::size_t width = 0;
  std::vector<MisclassifiedRow> rows;
  bool is_against_set = false;  ///< as in Reduction
};

/// Draws `figure4`.
std::vector<std::string> plot_misclassified(const MisclassifiedFigure& figure,
                                            const std::string& folder,
                                            std::optional<double> latex_width = std::nullopt);

/// Anomaly scores of the test set by one method, higher = more anomalous.
struct ScorePanel {
  std::string title;             ///< the method
  std::string axis;              ///< what the score is, e.g. "minus log density"
  std::vector<double> inliers;   ///< [a]; what isn't finite counts into the outermost bin
  std::vector<double> outliers;  ///< [b]
  double auc = kUnknown;
};

/// `scores`: histograms of anomaly scores, one panel for each method.
struct ScoreFigure {
  std::string dataset;
  std::vector<std::string> outlier_names;
  std::vector<ScorePanel> panels;
  bool is_against_set = false;  ///< as in Reduction
};

/// Draws `scores`. The axis spans the middle 99 % of all scores; what lies beyond counts into the
/// outermost bins.
std::vector<std::string> plot_scores(const ScoreFigure& figure, const std::string& folder,
                                     std::optional<double> latex_width = std::nullopt);

/// AUC against the values of the key of which most were tried: a line for each value of the next
/// key, a panel for each method and for each combination of what keys there are beyond; of a single
/// key a line for each method. Where no key has several values, each method's AUC against the
/// outlier class. \param name of the figure's files
std::vector<std::string> plot_sweep(const Sweep& sweep, const std::string& name,
                                    const std::string& folder);

/// The losses of all members of one method, epoch by epoch.
struct LossPanel {
  std::string title;                           ///< the method
  std::vector<std::vector<float>> training;    ///< [members][epochs that were run]
  std::vector<std::vector<float>> validation;  ///< the same; what isn't finite is left out
};

/// `losses`: training and validation losses over the epochs, one panel for each method.
struct LossFigure {
  std::string dataset;
  std::vector<std::string> outlier_names;
  std::vector<LossPanel> panels;
  std::uint64_t seed = 1;  ///< of the draw where there are too many members for the eye
};

/// Draws `losses`, a thin line for each member. Of many members some are drawn, and the figure says
/// so. An axis is logarithmic where its losses differ by a factor of ten.
std::vector<std::string> plot_losses(const LossFigure& figure, const std::string& folder,
                                     std::optional<double> latex_width = std::nullopt);

}  // namespace clvae::report
