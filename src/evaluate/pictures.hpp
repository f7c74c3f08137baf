#pragma once
/// \file
/// What the figures of a run show, taken from its run file and its dataset.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "report/figures.hpp"
#include "report/test_scores_csv.hpp"
#include "store/reader.hpp"

namespace clvae::evaluate {

/// What one method says of each sample, with all members merged.
struct TestScores {
  std::string title;              ///< of the method
  std::string axis;               ///< what the score is
  std::vector<double> anomalies;  ///< [samples], higher = more anomalous
  double auc = 0;
  std::string method = {};  ///< as in tables
  std::string score = {};
  std::string merge = {};
};

/// The scores that the primary curves are of, in their order.
std::vector<TestScores> primary_scores(const report::Reduction& reduction,
                                       const report::ScoreTable& table);

/// Samples of one side that a method is most wrong about: inliers with the highest scores, or
/// outliers with the lowest. \param is_outlier [samples] \return at most so many samples, the most
/// mistaken first
std::vector<std::size_t> most_mistaken(const std::vector<std::uint8_t>& is_outlier,
                                       const TestScores& method, bool outliers, std::size_t most);

/// The picture of a sample; none where there is no image of it.
using TileOf = std::function<std::optional<report::ImageTile>(std::size_t sample)>;

/// Figure 2: the latent space of the first member that is done of each kind that has one.
/// None where no such member is done.
std::optional<report::LatentFigure> latent_figure(const store::Reader& reader);

/// Figure 4: the images that each method is most wrong about.
/// \param reduction whose test set it is  \param shape of an image  \param picture of a sample
report::MisclassifiedFigure misclassified_figure(const report::Reduction& reduction,
                                                 const std::vector<std::uint8_t>& is_outlier,
                                                 const std::vector<TestScores>& methods,
                                                 const data::ImageShape& shape,
                                                 const TileOf& picture);
/// The same of a run's own test set. \param dataset that the run was made with
report::MisclassifiedFigure misclassified_figure(const report::Reduction& reduction,
                                                 const store::Reader& reader,
                                                 const data::Dataset& dataset,
                                                 const std::vector<TestScores>& methods);

/// Histograms of the anomaly scores.
report::ScoreFigure score_figure(const report::Reduction& reduction,
                                 const std::vector<std::uint8_t>& is_outlier,
                                 const std::vector<TestScores>& methods);

/// The losses of all members that are done. None where no method is trained in epochs.
std::optional<report::LossFigure> loss_figure(const store::Reader& reader);

}  // namespace clvae::evaluate
