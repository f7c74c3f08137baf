#pragma once
/// \file
/// Several runs against the same sets: the points of a sweep.

#include <string>
#include <vector>

#include "report/evaluation.hpp"

namespace clvae::report {

/// One run.
struct EvaluationPoint {
  std::string name;  ///< what tells it from the others, e.g. its outlier class
  Evaluation evaluation;
};

/// The mean of each measure over the points, for each set, method, score and merge that all of them
/// have. Without intervals, since the runs share the sets.
Evaluation mean_over_points(const std::vector<EvaluationPoint>& points);

/// Writes the rows of all points, and those of the mean, whose point is "(mean)": the columns of
/// `evaluate.csv` after one called `point`. \throws IoError
void write_evaluation_points_csv(const std::vector<EvaluationPoint>& points,
                                 const std::string& path);

}  // namespace clvae::report
