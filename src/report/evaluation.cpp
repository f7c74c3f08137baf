#include "report/evaluation.hpp"

#include <cmath>

#include <fmt/format.h>

#include "report/csv_field.hpp"
#include "report/files.hpp"
#include "report/terminal.hpp"
#include "report/text.hpp"

namespace clvae::report {

namespace {

std::string evaluation_line(const EvaluationRow& row) {
  constexpr std::size_t kTitleWidth = 34;
  std::string line = "  " + padded(shortened(row.title, kTitleWidth), kTitleWidth) +
                     fmt::format("{:>4}", row.members);
  for (const auto& measure : kEvaluationMeasures) {
    const double value = row.*measure.value;
    line += fmt::format("  {:>8}", std::isfinite(value) ? four_digits(value) : "-");
  }
  if (std::isfinite(row.curve.lower)) line += "  " + bracketed(row.curve.lower, row.curve.upper);
  return line;
}

}  // namespace

std::vector<EvaluationRow> means(const Evaluation& evaluation, const std::string& group) {
  std::vector<EvaluationRow> sums;
  std::vector<std::size_t> counts;
  for (const EvaluationRow& row : evaluation.rows) {
    if (!group.empty() && row.group != group) continue;
    std::size_t place = 0;
    while (place < sums.size() && !is_same_method(sums[place], row)) ++place;
    if (place == sums.size()) {
      EvaluationRow sum = row;
      sum.set = group.empty() ? "(mean)" : "(mean of " + group + ")";
      sum.group = group;
      sum.curve = sum.total = {reduce::kUnknown, reduce::kUnknown};
      for (const auto& measure : kEvaluationMeasures) sum.*measure.value = 0;
      sums.push_back(std::move(sum));
      counts.push_back(0);
    }
    for (const auto& measure : kEvaluationMeasures) {
      sums[place].*measure.value += row.*measure.value;
    }
    ++counts[place];
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    for (const auto& measure : kEvaluationMeasures) {
      sums[i].*measure.value /= static_cast<double>(counts[i]);
    }
  }
  return counts.empty() || counts.front() < 2 ? std::vector<EvaluationRow>() : sums;
}

std::vector<EvaluationRow> with_means(const Evaluation& evaluation) {
  std::vector<EvaluationRow> rows = evaluation.rows;
  for (const char* group : {"near", "far", ""}) {
    const std::vector<EvaluationRow> mean = means(evaluation, group);
    rows.insert(rows.end(), mean.begin(), mean.end());
  }
  return rows;
}

bool is_same_method(const EvaluationRow& a, const EvaluationRow& b) {
  return a.method == b.method && a.score == b.score && a.merge == b.merge;
}

std::string evaluation_csv_header() {
  std::string line = "set,group,method,score,merge,primary,members";
  for (const auto& measure : kEvaluationMeasures) line += fmt::format(",{}", measure.name);
  return line + ",curve_lower,curve_upper,total_lower,total_upper,confidence";
}

std::string evaluation_csv_row(const EvaluationRow& row, double confidence) {
  std::string line = fmt::format("{},{},{},{},{},{},{}", csv_field(row.set), csv_field(row.group),
                                 csv_field(row.method), csv_field(row.score), csv_field(row.merge),
                                 row.is_primary ? 1 : 0, row.members);
  for (const auto& measure : kEvaluationMeasures) line += "," + csv_field(row.*measure.value);
  return line + fmt::format(",{},{},{},{},{}", csv_field(row.curve.lower),
                            csv_field(row.curve.upper), csv_field(row.total.lower),
                            csv_field(row.total.upper), csv_field(confidence));
}

void write_evaluation_csv(const Evaluation& evaluation, const std::string& path) {
  std::string content = evaluation_csv_header() + "\n";
  for (const EvaluationRow& row : with_means(evaluation)) {
    content += evaluation_csv_row(row, evaluation.confidence) + "\n";
  }
  write_file(path, content);
}

std::string table(const Evaluation& evaluation) {
  std::string text = in_lines(fmt::format(
      "{}: {} inliers against each set; all members merged. Brackets: {} curve interval of the "
      "AUROC, given these samples",
      evaluation.run, evaluation.inliers, percent(evaluation.confidence)));
  text += "\n" + padded("", 36) + fmt::format("{:>4}", "N");
  for (const auto& measure : kEvaluationMeasures) text += fmt::format("  {:>8}", measure.name);
  text += "\n";
  std::string set;
  for (const EvaluationRow& row : with_means(evaluation)) {
    if (!row.is_primary) continue;
    if (row.set != set) {
      set = row.set;
      const bool names_group = !row.group.empty() && set.front() != '(';
      text += names_group ? fmt::format("{} ({})\n", set, row.group) : set + "\n";
    }
    text += without_trailing_spaces(evaluation_line(row)) + "\n";
  }
  for (const EvaluatedSet& one : evaluation.sets) {
    if (one.brought_from.empty()) continue;
    text +=
        in_lines(fmt::format("{}: {}, brought to the run's shape.", one.name, one.brought_from));
  }
  return text;
}

}  // namespace clvae::report
