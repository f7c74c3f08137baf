#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "report/findings.hpp"
#include "report/report.hpp"
#include "report/terminal.hpp"
#include "report/text.hpp"

namespace clvae::report {

namespace {

constexpr std::size_t kIntervalWidth = 16;
constexpr const char* kGap = "    ";

using Curves = std::vector<const Curve*>;
using CurveIterator = Curves::const_iterator;

/// How the curves stand side by side: with one interval each, or, fewer of them, with two.
struct Columns {
  bool with_total = false;
  std::size_t width() const { return with_total ? 42 : 24; }
  std::ptrdiff_t abreast() const { return with_total ? 2 : 3; }
};

/// Round sizes as far as there are members, and each curve's largest ensemble.
std::set<std::size_t> shown_sizes(CurveIterator begin, CurveIterator end) {
  std::set<std::size_t> sizes;
  for (auto curve = begin; curve != end; ++curve) {
    if ((*curve)->rows.empty()) continue;
    sizes.insert((*curve)->rows.back().size);
    sizes.merge(round_sizes((*curve)->rows.back().size));
  }
  return sizes;
}

std::string cell(const Curve& curve, std::size_t size, const Columns& columns) {
  const reduce::CurvePoint* row = row_of(curve, size);
  if (row == nullptr) return "";
  std::string text = four_digits(row->mean);
  if (columns.with_total) {
    text += fmt::format("  {:<{}}  {}", bracketed(row->curve.lower, row->curve.upper),
                        kIntervalWidth, bracketed(row->total.lower, row->total.upper));
  } else if (has_curve_interval(*row)) {
    text += "  " + bracketed(row->curve.lower, row->curve.upper);
  }
  return text;
}

/// What stands above a curve's numbers: its title and how many members took part.
std::vector<std::string> headings(const Curve& curve, double confidence, const Columns& columns) {
  std::vector<std::string> lines = wrapped(curve.title, columns.width());
  const std::string members =
      curve.is_deterministic
          ? std::string("deterministic: one member says all")
          : fmt::format("N = {} of {} requested", curve.achieved, curve.requested);
  for (const std::string& line : wrapped(members, columns.width())) {
    lines.push_back(line);
  }
  if (columns.with_total) {
    lines.push_back(fmt::format("AUC     {:<{}}  {} total", percent(confidence) + " curve",
                                kIntervalWidth, percent(confidence)));
  } else {
    lines.push_back(has_curve_interval(curve)
                        ? fmt::format("AUC     {} interval", percent(confidence))
                        : std::string("AUC"));
  }
  return lines;
}

/// A few curves side by side.
std::string block(CurveIterator begin, CurveIterator end, double confidence,
                  const Columns& columns) {
  std::vector<std::vector<std::string>> heads;
  std::size_t height = 0;
  for (auto curve = begin; curve != end; ++curve) {
    heads.push_back(headings(**curve, confidence, columns));
    height = std::max(height, heads.back().size());
  }
  std::string text;
  for (std::size_t i = 0; i < height; ++i) {
    std::string line = fmt::format("{:>6}", i + 1 == height ? "size" : "");
    for (const auto& head : heads) {
      // Short headings stand at the bottom, next to their numbers.
      const std::size_t missing = height - head.size();
      line += kGap + padded(i < missing ? "" : head[i - missing], columns.width());
    }
    text += without_trailing_spaces(line) + "\n";
  }
  for (const std::size_t size : shown_sizes(begin, end)) {
    std::string line = fmt::format("{:>6}", size);
    for (auto curve = begin; curve != end; ++curve) {
      line += kGap + padded(cell(**curve, size, columns), columns.width());
    }
    text += without_trailing_spaces(line) + "\n";
  }
  return text;
}

/// The curves in blocks, and what their brackets mean.
std::string primary_curves(const Reduction& reduction, const Curves& curves) {
  const auto banded = [](const Curve* curve) { return has_curve_interval(*curve); };
  Columns columns;
  columns.with_total = std::any_of(curves.begin(), curves.end(),
                                   [](const Curve* curve) { return has_total_interval(*curve); });
  std::string text;
  for (auto begin = curves.begin(); begin != curves.end();) {
    const auto end = begin + std::min(columns.abreast(), curves.end() - begin);
    text += "\n" + block(begin, end, reduction.confidence, columns);
    begin = end;
  }
  text += "\n";
  if (std::any_of(curves.begin(), curves.end(), banded)) {
    text += in_lines(curve_interval_in_words(reduction.confidence));
  }
  if (columns.with_total) text += in_lines(total_interval_in_words(reduction.confidence));
  if (std::any_of(curves.begin(), curves.end(), [&banded](const Curve* curve) {
        return !banded(curve) && !curve->is_deterministic;
      })) {
    text += in_lines("A single member has no curve interval: at least two must take part.");
  }
  return text;
}

/// All curves at their largest size, one line each.
std::string largest_ensembles(const Reduction& reduction) {
  constexpr std::size_t kTitleWidth = 34;
  constexpr std::size_t kMergeWidth = 10;
  std::string text =
      without_trailing_spaces(fmt::format("{:<{}}  {:<{}} {:>5}  {:<6}  {:<16}  {:<6}  {:<6}",
                                          "largest ensembles", kTitleWidth, "merge", kMergeWidth,
                                          "N", "AUC", "curve interval", "AUPR", "FPR95")) +
      "\n";
  for (const Curve& curve : reduction.curves) {
    if (curve.rows.empty()) continue;
    const reduce::CurvePoint& row = curve.rows.back();
    const std::string title =
        shortened(fmt::format("{}{}", curve.is_primary ? "* " : "  ", curve.title), kTitleWidth);
    text += without_trailing_spaces(
                fmt::format("{}  {} {:>5}  {:<6}  {:<16}  {:<6}  {}", padded(title, kTitleWidth),
                            padded(shortened(curve.merge, kMergeWidth), kMergeWidth), row.size,
                            four_digits(row.mean), bracketed(row.curve.lower, row.curve.upper),
                            four_digits(row.average_precision), four_digits(row.fpr_at_95_tpr))) +
            "\n";
  }
  return text + in_lines(
                    "*: in the tables above. AUPR: area under precision and recall, outliers being "
                    "positive. FPR95: share of inliers flagged where 95 % of the outliers are.");
}

bool has_more_to_say(const Reduction& reduction) {
  return std::any_of(reduction.curves.begin(), reduction.curves.end(), [](const Curve& curve) {
    return !curve.is_primary ||
           (!curve.rows.empty() && std::isfinite(curve.rows.back().average_precision));
  });
}

/// A heading and a line for each finding.
template <typename Finding>
std::string findings(const char* heading, const std::vector<Finding>& all,
                     const Reduction& reduction) {
  if (all.empty()) return "";
  std::string text = fmt::format("\n{}\n", heading);
  for (const Finding& finding : all) text += in_lines("- " + in_words(finding, reduction), "  ");
  return text;
}

}  // namespace

std::string table(const Reduction& reduction) {
  constexpr std::size_t kNamesWidth = 200;
  std::string text = in_lines(
      fmt::format("AUC against ensemble size: {}, {}; {} test inliers, {} test outliers",
                  reduction.dataset, outliers_in_words(reduction.outlier_names, kNamesWidth),
                  grouped(reduction.test_inliers), grouped(reduction.test_outliers)));
  if (reduction.curves.empty()) return text + "No curves.\n";
  Curves primary;
  for (const Curve& curve : reduction.curves) {
    if (curve.is_primary) primary.push_back(&curve);
  }
  text += primary_curves(reduction, primary);
  if (has_more_to_say(reduction)) text += "\n" + largest_ensembles(reduction);
  text += findings(
      "Comparisons (overtaking: surely above, by a one-sided bound, at all sizes from there on)",
      reduction.comparisons, reduction);
  return text + findings("Forecasts", reduction.forecasts, reduction);
}

}  // namespace clvae::report
