#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "report/json_format.hpp"
#include "report/json_item.hpp"
#include "report/report.hpp"

namespace clvae::report {

namespace {

using Json = JsonItem::Json;

/// What identifies the file comes first: another version may differ in all else.
void check_version(const JsonItem& root, const Json& value, const std::string& path) {
  const bool ours = value.is_object() && value.contains("format") && value["format"] == kJsonFormat;
  if (!ours || !value.contains("version")) {
    throw DataError(path, "JSON that is no AUC table of clvae",
                    fmt::format("\"format\": \"{}\" and a version", kJsonFormat));
  }
  const std::size_t version = root.at("version").count();
  if (version != kJsonVersion) {
    throw DataError(path, fmt::format("version {} of the AUC format", version),
                    fmt::format("version {}: clvae reduce writes it anew", kJsonVersion));
  }
}

/// Both bounds or none, and the middle between them.
void check_interval(const JsonItem& item, const char* name, double lower, double middle,
                    double upper) {
  if (std::isnan(lower) != std::isnan(upper)) {
    item.refuse(fmt::format("one bound of the {}", name), "both or none");
  }
  if (!std::isnan(lower) && std::isnan(middle)) {
    item.refuse(fmt::format("bounds of the {} around nothing", name), "a value between them");
  }
  if (lower > middle + kRounding || upper < middle - kRounding) {
    item.refuse(fmt::format("{} outside its {}", middle, name), "lower <= value <= upper");
  }
}

reduce::CurvePoint read_row(const JsonItem& item) {
  item.check_keys({"size", "auc_mean", "curve_lower", "curve_upper", "ensemble_lower",
                   "ensemble_upper", "total_lower", "total_upper", "aupr", "fpr_at_95_tpr",
                   "draws"});
  reduce::CurvePoint row;
  row.size = item.at("size").count();
  row.mean = item.at("auc_mean").auc();
  row.curve.lower = item.at("curve_lower").optional_auc();
  row.curve.upper = item.at("curve_upper").optional_auc();
  row.ensemble.lower = item.at("ensemble_lower").optional_auc();
  row.ensemble.upper = item.at("ensemble_upper").optional_auc();
  row.total.lower = item.at("total_lower").optional_auc();
  row.total.upper = item.at("total_upper").optional_auc();
  row.average_precision = item.at("aupr").optional_auc();
  row.fpr_at_95_tpr = item.at("fpr_at_95_tpr").optional_auc();
  row.draws = item.at("draws").count();
  check_interval(item, "curve interval", row.curve.lower, row.mean, row.curve.upper);
  check_interval(item, "ensemble interval", row.ensemble.lower, row.mean, row.ensemble.upper);
  check_interval(item, "total interval", row.total.lower, row.mean, row.total.upper);
  return row;
}

/// Sizes rise, from 1 to at most `largest`. \return the size, for the next check
std::size_t checked_size(const JsonItem& row, std::size_t size, std::size_t before,
                         std::size_t largest) {
  if (size <= before || size > largest) {
    row.at("size").refuse(fmt::format("{}", size),
                          fmt::format("more than {} and at most {}, the members", before, largest));
  }
  return size;
}

Curve read_curve(const JsonItem& item) {
  item.check_keys({"method", "score", "merge", "title", "is_primary", "is_deterministic",
                   "members_achieved", "members_requested", "rows"});
  Curve curve;
  curve.method = item.at("method").text();
  curve.score = item.at("score").text();
  curve.merge = item.at("merge").text();
  curve.title = item.at("title").text();
  curve.is_primary = item.at("is_primary").truth();
  curve.is_deterministic = item.at("is_deterministic").truth();
  curve.achieved = item.at("members_achieved").count();
  curve.requested = item.at("members_requested").count();
  if (curve.achieved > curve.requested) {
    item.at("members_achieved")
        .refuse(fmt::format("{}", curve.achieved),
                fmt::format("at most {}, as requested", curve.requested));
  }
  std::size_t before = 0;
  for (const JsonItem& element : item.at("rows").elements()) {
    curve.rows.push_back(read_row(element));
    before = checked_size(element, curve.rows.back().size, before, curve.achieved);
  }
  return curve;
}

std::size_t read_index(const JsonItem& item, std::size_t curves) {
  const std::size_t index = item.count();
  if (index >= curves) {
    item.refuse(fmt::format("{}", index), fmt::format("the index of one of {} curves", curves));
  }
  return index;
}

Comparison read_comparison(const JsonItem& item, const std::vector<Curve>& curves) {
  item.check_keys({"first", "second", "overtakes_at", "rows"});
  Comparison comparison;
  comparison.first = read_index(item.at("first"), curves.size());
  comparison.second = read_index(item.at("second"), curves.size());
  comparison.overtakes_at = item.at("overtakes_at").optional_count();
  const Curve& first = curves[comparison.first];
  const Curve& second = curves[comparison.second];
  // One that is deterministic can be compared at every size.
  const std::size_t largest = std::max(first.achieved, second.achieved);
  std::size_t before = 0;
  for (const JsonItem& element : item.at("rows").elements()) {
    element.check_keys({"size", "auc_difference", "lower", "upper", "one_sided_lower"});
    reduce::ComparisonPoint row;
    row.size = element.at("size").count();
    row.difference = element.at("auc_difference").optional_difference();
    row.lower = element.at("lower").optional_difference();
    row.upper = element.at("upper").optional_difference();
    row.one_sided_lower = element.at("one_sided_lower").optional_difference();
    check_interval(element, "interval", row.lower, row.difference, row.upper);
    before = checked_size(element, row.size, before, largest);
    comparison.rows.push_back(row);
  }
  return comparison;
}

CurveForecast read_forecast(const JsonItem& item, std::size_t curves) {
  item.check_keys({"curve", "half_width", "members_needed", "asymptote", "asymptote_lower",
                   "asymptote_upper", "note"});
  CurveForecast forecast;
  forecast.curve = read_index(item.at("curve"), curves);
  forecast.half_width = item.at("half_width").optional_auc();
  forecast.members_needed = item.at("members_needed").optional_count();
  forecast.asymptote = item.at("asymptote").optional_auc();
  forecast.asymptote_interval.lower = item.at("asymptote_lower").optional_auc();
  forecast.asymptote_interval.upper = item.at("asymptote_upper").optional_auc();
  forecast.note = item.at("note").text();
  check_interval(item, "asymptote's interval", forecast.asymptote_interval.lower,
                 forecast.asymptote, forecast.asymptote_interval.upper);
  return forecast;
}

Reduction read_root(const JsonItem& root) {
  root.check_keys({"format", "version", "dataset", "outlier_classes", "test_inliers",
                   "test_outliers", "confidence", "intervals", "curves", "comparisons",
                   "forecasts"});
  Reduction reduction;
  reduction.dataset = root.at("dataset").text();
  for (const JsonItem& name : root.at("outlier_classes").elements()) {
    reduction.outlier_names.push_back(name.text());
  }
  reduction.test_inliers = root.at("test_inliers").count();
  reduction.test_outliers = root.at("test_outliers").count();
  reduction.confidence = root.at("confidence").confidence();
  root.at("intervals").check_keys({"curve", "ensemble", "total"});
  for (const JsonItem& curve : root.at("curves").elements()) {
    reduction.curves.push_back(read_curve(curve));
  }
  for (const JsonItem& comparison : root.at("comparisons").elements()) {
    reduction.comparisons.push_back(read_comparison(comparison, reduction.curves));
  }
  for (const JsonItem& forecast : root.at("forecasts").elements()) {
    reduction.forecasts.push_back(read_forecast(forecast, reduction.curves.size()));
  }
  return reduction;
}

}  // namespace

Reduction read_json(const std::string& path) {
  const Json value = json_in(path, "an intact auc.json");
  const JsonItem root(value, path, "");
  check_version(root, value, path);
  return read_root(root);
}

}  // namespace clvae::report
