#include "report/summary_tables.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "report/findings.hpp"
#include "report/html.hpp"
#include "report/text.hpp"

namespace clvae::report {

namespace {

constexpr const char* kNone = "\u2013";

std::string or_none(double number) {
  return std::isfinite(number) ? fmt::format("{:.4f}", number) : kNone;
}

std::string interval(double lower, double upper) {
  if (!std::isfinite(lower) || !std::isfinite(upper)) return kNone;
  return fmt::format("{:.4f} \u2013 {:.4f}", lower, upper);
}

std::string signed_interval(double lower, double upper) {
  if (!std::isfinite(lower) || !std::isfinite(upper)) return kNone;
  return fmt::format("{:+.4f} to {:+.4f}", lower, upper);
}

std::vector<const Curve*> primary_curves(const Reduction& reduction) {
  std::vector<const Curve*> curves;
  for (const Curve& curve : reduction.curves) {
    if (curve.is_primary && !curve.rows.empty()) curves.push_back(&curve);
  }
  return curves;
}

/// Mean, curve interval and total interval, one above the other.
std::vector<std::string> curve_cell(const Curve& curve, std::size_t size, bool with_total) {
  const reduce::CurvePoint* row = row_of(curve, size);
  if (row == nullptr) return {""};
  std::vector<std::string> lines{or_none(row->mean), interval(row->curve.lower, row->curve.upper)};
  if (with_total) lines.push_back(interval(row->total.lower, row->total.upper));
  return lines;
}

}  // namespace

std::string facts_html(const std::string& caption, const std::vector<Fact>& facts) {
  HtmlTable table;
  table.caption = caption;
  table.text_columns = 3;
  for (const auto& [name, value] : facts) table.add_row({name, value});
  return html_of(table);
}

std::string curves_html(const Reduction& reduction) {
  const std::vector<const Curve*> curves = primary_curves(reduction);
  const bool with_total = std::any_of(
      curves.begin(), curves.end(), [](const Curve* curve) { return has_total_interval(*curve); });
  HtmlTable table;
  table.caption = fmt::format("Mean AUC at each ensemble size; below it the {} curve interval{}.",
                              percent(reduction.confidence),
                              with_total ? ", and below that the total interval" : "");
  table.columns = {"Members"};
  std::set<std::size_t> sizes;
  for (const Curve* curve : curves) {
    table.columns.push_back(printable(curve->title));
    sizes.merge(round_sizes(curve->rows.back().size));
    sizes.insert(curve->rows.back().size);
  }
  for (const std::size_t size : sizes) {
    std::vector<std::vector<std::string>> row{{fmt::format("{}", size)}};
    for (const Curve* curve : curves) row.push_back(curve_cell(*curve, size, with_total));
    table.rows.push_back(std::move(row));
  }
  std::vector<std::string> meaning{curve_interval_in_words(reduction.confidence)};
  if (with_total) meaning.push_back(total_interval_in_words(reduction.confidence));
  return curves.empty() ? "" : html_of(table) + html_list(meaning);
}

std::string largest_html(const Reduction& reduction) {
  HtmlTable table;
  table.caption =
      "Every method, score and merge at its largest ensemble. AUPR: area under precision and "
      "recall, outliers being positive. FPR at 95 % TPR: share of inliers flagged where 95 % of "
      "the outliers are.";
  table.text_columns = 2;
  table.columns = {"Method",         "Merge",          "Members", "AUC",
                   "Curve interval", "Total interval", "AUPR",    "FPR at 95 % TPR"};
  for (const Curve& curve : reduction.curves) {
    if (curve.rows.empty()) continue;
    const reduce::CurvePoint& row = curve.rows.back();
    table.add_row({curve.title, curve.merge,
                   fmt::format("{} of {}", curve.achieved, curve.requested), or_none(row.mean),
                   interval(row.curve.lower, row.curve.upper),
                   interval(row.total.lower, row.total.upper), or_none(row.average_precision),
                   or_none(row.fpr_at_95_tpr)});
  }
  return html_of(table);
}

std::string comparisons_html(const Reduction& reduction) {
  HtmlTable table;
  table.caption = fmt::format(
      "A overtakes B from the size on from which, at every larger size, the one-sided bound of the "
      "difference in AUC is above zero. The difference is that at the largest common size, with "
      "its {} interval.",
      percent(reduction.confidence));
  table.text_columns = 2;
  table.columns = {"A",       "B", "A overtakes B from size", "Members", "AUC of A less that of B",
                   "Interval"};
  for (const Comparison& comparison : reduction.comparisons) {
    const reduce::ComparisonPoint last =
        comparison.rows.empty() ? reduce::ComparisonPoint() : comparison.rows.back();
    table.add_row(
        {name_of(reduction, comparison.first), name_of(reduction, comparison.second),
         comparison.overtakes_at ? fmt::format("{}", *comparison.overtakes_at) : "not here",
         last.size > 0 ? fmt::format("{}", last.size) : kNone,
         std::isfinite(last.difference) ? fmt::format("{:+.4f}", last.difference) : kNone,
         signed_interval(last.lower, last.upper)});
  }
  return html_of(table);
}

std::string forecasts_html(const Reduction& reduction) {
  std::vector<std::string> sentences;
  for (const CurveForecast& forecast : reduction.forecasts) {
    sentences.push_back(in_words(forecast, reduction));
  }
  return html_list(sentences);
}

std::string sweep_html(const Sweep& sweep) {
  HtmlTable table;
  const std::vector<SweepPoint> points = points_of(sweep);
  const bool has_classes = points.size() < sweep.rows.size();
  const std::string each =
      fmt::format(", with its {} {}.", percent(sweep.confidence), sweep.interval);
  const auto add = [&](const std::vector<std::string>& names, const std::vector<SweepCell>& cells) {
    std::vector<std::vector<std::string>> row;
    for (const std::string& name : names) row.push_back({name});
    for (const SweepCell& cell : cells) {
      row.push_back({or_none(cell.auc), interval(cell.lower, cell.upper)});
    }
    table.rows.push_back(std::move(row));
  };
  if (sweep.keys.empty()) {
    table.caption = "AUC at the largest ensemble for each class that was anomalous in turn" + each +
                    " The last row is the mean over the classes; its interval treats the runs as "
                    "independent.";
    table.columns = {"Outlier class"};
    table.has_total_row = true;
    for (const SweepRow& row : sweep.rows) add({row.outlier_name}, row.cells);
    if (!sweep.rows.empty()) add({"Mean"}, mean_over_classes(sweep));
  } else {
    table.caption =
        (has_classes ? "Mean AUC at the largest ensemble over the classes that were anomalous in "
                       "turn" +
                           each + " The interval treats the runs as independent."
                     : "AUC at the largest ensemble" + each);
    table.columns = sweep.keys;
    table.text_columns = sweep.keys.size();
    for (const SweepPoint& point : points) add(point.values, point.means);
  }
  table.columns.insert(table.columns.end(), sweep.methods.begin(), sweep.methods.end());
  return html_of(table);
}

std::string evaluation_html(const Evaluation& evaluation, const std::string& caption) {
  HtmlTable table;
  table.caption = caption;
  table.text_columns = 2;
  table.columns = {"Set", "Method", "Members"};
  for (const auto& measure : kEvaluationMeasures) table.columns.emplace_back(measure.name);
  for (const EvaluationRow& row : with_means(evaluation)) {
    if (!row.is_primary) continue;
    std::vector<std::vector<std::string>> cells{
        {row.set}, {row.title}, {fmt::to_string(row.members)}};
    if (!row.group.empty() && row.set.front() != '(') cells[0].push_back(row.group);
    for (const auto& measure : kEvaluationMeasures) {
      cells.push_back({or_none(row.*measure.value)});
      const bool is_auroc = measure.value == &EvaluationRow::auroc;
      if (is_auroc && std::isfinite(row.curve.lower)) {
        cells.back().push_back(interval(row.curve.lower, row.curve.upper));
      }
    }
    table.rows.push_back(std::move(cells));
  }
  std::vector<std::string> notes;
  for (const EvaluatedSet& set : evaluation.sets) {
    if (set.brought_from.empty()) continue;
    notes.push_back(fmt::format("{}: {}, brought to the run's shape.", printable(set.name),
                                printable(set.brought_from)));
  }
  return html_of(table) + html_list(notes);
}

std::string members_html(const std::vector<MemberRow>& members) {
  constexpr std::size_t kMostRows = 40;
  HtmlTable table;
  const std::size_t shown = std::min(members.size(), kMostRows);
  table.caption =
      "Single members: the epochs run and the one whose weights were kept, and each "
      "member's AUC by each score.";
  if (shown < members.size()) {
    table.caption +=
        fmt::format(" The first {} of {}; all are in members.csv.", shown, grouped(members.size()));
  }
  if (members.empty()) return "";
  table.columns = {"Member", "Attempts", "Epochs", "Best epoch", "Seconds", "Inlier accuracy"};
  std::vector<std::string> scores;
  for (const MemberRow& member : members) {
    for (const auto& [score, auc] : member.aucs) {
      if (std::find(scores.begin(), scores.end(), score) == scores.end()) scores.push_back(score);
    }
  }
  for (const std::string& score : scores) table.columns.push_back("AUC, " + score);
  for (std::size_t i = 0; i < shown; ++i) {
    const MemberRow& member = members[i];
    std::vector<std::string> cells{fmt::format("{} {}", member.kind, member.member),
                                   fmt::format("{}", member.attempt + 1),
                                   fmt::format("{}", member.epochs_run),
                                   fmt::format("{}", member.best_epoch + 1),
                                   fmt::format("{:.1f}", member.training_seconds),
                                   or_none(member.inlier_accuracy)};
    for (const std::string& score : scores) {
      const auto found = std::find_if(member.aucs.begin(), member.aucs.end(),
                                      [&score](const auto& entry) { return entry.first == score; });
      cells.push_back(found == member.aucs.end() ? kNone : or_none(found->second));
    }
    table.add_row(cells);
  }
  return html_of(table);
}

}  // namespace clvae::report
