#pragma once
/// \file
/// What the figures of a run show, taken from its run file and its dataset.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "report/figures.hpp"
#include "store/reader.hpp"

namespace clvae::evaluate {

/// What one method says of each test sample, with all members merged.
struct TestScores {
  std::string title;              ///< of the method
  std::string axis;               ///< what the score is
  std::vector<double> anomalies;  ///< [test samples], higher = more anomalous
  double auc = 0;
};

/// Figure 2: the latent space of the first member that is done of each kind that has one.
/// None where no such member is done.
std::optional<report::LatentFigure> latent_figure(const store::Reader& reader);

/// Figure 4: the images that each method is most wrong about.
/// \param dataset that the run was made with
report::MisclassifiedFigure misclassified_figure(const store::Reader& reader,
                                                 const data::Dataset& dataset,
                                                 const std::vector<TestScores>& methods);

/// Histograms of the anomaly scores.
report::ScoreFigure score_figure(const store::Reader& reader,
                                 const std::vector<TestScores>& methods);

/// The losses of all members that are done. None where no method is trained in epochs.
std::optional<report::LossFigure> loss_figure(const store::Reader& reader);

}  // namespace clvae::evaluate
