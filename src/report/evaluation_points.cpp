#include "report/evaluation_points.hpp"

#include <algorithm>

#include "report/csv_field.hpp"
#include "report/files.hpp"

namespace clvae::report {

namespace {

const EvaluationRow* same_row(const Evaluation& evaluation, const EvaluationRow& row) {
  const auto found =
      std::find_if(evaluation.rows.begin(), evaluation.rows.end(), [&](const EvaluationRow& other) {
        return other.set == row.set && is_same_method(other, row);
      });
  return found == evaluation.rows.end() ? nullptr : &*found;
}

}  // namespace

Evaluation mean_over_points(const std::vector<EvaluationPoint>& points) {
  if (points.empty()) return {};
  const Evaluation& first = points.front().evaluation;
  Evaluation mean{first.run, first.inliers, first.confidence, {}, first.sets};
  for (EvaluationRow row : first.rows) {
    std::vector<const EvaluationRow*> alike;
    for (const EvaluationPoint& point : points) {
      if (const EvaluationRow* other = same_row(point.evaluation, row)) alike.push_back(other);
    }
    if (alike.size() != points.size()) continue;
    row.curve = row.total = {reduce::kUnknown, reduce::kUnknown};
    for (const auto& measure : kEvaluationMeasures) {
      double sum = 0;
      for (const EvaluationRow* other : alike) sum += other->*measure.value;
      row.*measure.value = sum / static_cast<double>(alike.size());
    }
    mean.rows.push_back(std::move(row));
  }
  return mean;
}

void write_evaluation_points_csv(const std::vector<EvaluationPoint>& points,
                                 const std::string& path) {
  std::string content = "point," + evaluation_csv_header() + "\n";
  const auto add = [&](const std::string& name, const Evaluation& evaluation) {
    for (const EvaluationRow& row : with_means(evaluation)) {
      content += csv_field(name) + "," + evaluation_csv_row(row, evaluation.confidence) + "\n";
    }
  };
  for (const EvaluationPoint& point : points) add(point.name, point.evaluation);
  add("(mean)", mean_over_points(points));
  write_file(path, content);
}

}  // namespace clvae::report
