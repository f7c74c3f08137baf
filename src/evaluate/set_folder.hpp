#pragma once
/// \file
/// What came of one set, in a folder of its own.

#include <optional>
#include <string>

#include "data/dataset.hpp"
#include "evaluate/evaluation.hpp"
#include "report/evaluation.hpp"
#include "report/report.hpp"
#include "run/run_folder.hpp"

namespace clvae::evaluate {

/// What the table and the figure over all sets need of one.
struct SetResult {
  report::Evaluation evaluation;  ///< of this set alone
  report::Reduction reduction;
};

/// What the figures of a set show. What is null isn't shown.
struct ShownSamples {
  const OutsideSet* outliers = nullptr;
  const OutsideSet* inliers = nullptr;     ///< from elsewhere
  const data::Dataset* dataset = nullptr;  ///< of the run's own inliers
  data::ImageShape shape;
};

/// The folder of one set. Its `evaluate.json` is written last and removed first, so that where it
/// is, all is there. One process.
class SetFolder {
 public:
  /// \param latex_width of figures for LaTeX as well, in points of 1/72 inch
  explicit SetFolder(const std::string& path, std::optional<double> latex_width = std::nullopt)
      : folder_(path), latex_width_(latex_width) {}

  /// What an earlier job left, where it is complete and follows from the same.
  /// \param fingerprint of Evaluator::fingerprint
  std::optional<SetResult> finished(const config::EvaluationSet& set,
                                    const std::string& fingerprint) const;

  /// Writes tables and figures. \throws IoError, RunError
  SetResult write(const SetFindings& findings, const report::Evaluation& evaluation,
                  const ShownSamples& shown) const;

  /// Figures of it that the summary page shows, as far as they are there.
  std::string scores_figure() const { return folder_.path() + "/scores.svg"; }
  std::string mistakes_figure() const { return folder_.path() + "/figure4.svg"; }

 private:
  run::RunFolder folder_;
  std::optional<double> latex_width_;
};

}  // namespace clvae::evaluate
