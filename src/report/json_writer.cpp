#include <nlohmann/json.hpp>

#include "report/files.hpp"
#include "report/json_format.hpp"
#include "report/report.hpp"

namespace clvae::report {

namespace {

using Json = nlohmann::ordered_json;

// NaN is written as null, as JSON has none.

Json json_of(const reduce::CurvePoint& row) {
  return {{"size", row.size},
          {"auc_mean", row.mean},
          {"curve_lower", row.curve.lower},
          {"curve_upper", row.curve.upper},
          {"ensemble_lower", row.ensemble.lower},
          {"ensemble_upper", row.ensemble.upper},
          {"total_lower", row.total.lower},
          {"total_upper", row.total.upper},
          {"aupr", row.average_precision},
          {"fpr_at_95_tpr", row.fpr_at_95_tpr},
          {"draws", row.draws}};
}

Json json_of(const reduce::ComparisonPoint& row) {
  return {{"size", row.size},
          {"auc_difference", row.difference},
          {"lower", row.lower},
          {"upper", row.upper},
          {"one_sided_lower", row.one_sided_lower}};
}

/// null where there is none.
Json json_of(const std::optional<std::size_t>& count) { return count ? Json(*count) : Json(); }

Json json_of(const Curve& curve);
Json json_of(const Comparison& comparison);
Json json_of(const CurveForecast& forecast);

template <typename T>
Json array_of(const std::vector<T>& values) {
  Json array = Json::array();
  for (const T& value : values) array.push_back(json_of(value));
  return array;
}

Json json_of(const Curve& curve) {
  return {{"method", curve.method},
          {"score", curve.score},
          {"merge", curve.merge},
          {"title", curve.title},
          {"is_primary", curve.is_primary},
          {"is_deterministic", curve.is_deterministic},
          {"members_achieved", curve.achieved},
          {"members_requested", curve.requested},
          {"rows", array_of(curve.rows)}};
}

Json json_of(const Comparison& comparison) {
  return {{"first", comparison.first},
          {"second", comparison.second},
          {"overtakes_at", json_of(comparison.overtakes_at)},
          {"rows", array_of(comparison.rows)}};
}

Json json_of(const CurveForecast& forecast) {
  return {{"curve", forecast.curve},
          {"half_width", forecast.half_width},
          {"members_needed", json_of(forecast.members_needed)},
          {"asymptote", forecast.asymptote},
          {"asymptote_lower", forecast.asymptote_interval.lower},
          {"asymptote_upper", forecast.asymptote_interval.upper},
          {"note", forecast.note}};
}

/// What the intervals are, for those who find the file alone.
Json meaning() {
  return {{"curve", "for the mean AUC of `size` fresh members"},
          {"ensemble", "where the AUC of one fresh ensemble of `size` members will fall"},
          {"total", "the curve interval with the chance of the test sample added"}};
}

}  // namespace

void write_json(const Reduction& reduction, const std::string& path) {
  const Json root = {{"format", kJsonFormat},
                     {"version", kJsonVersion},
                     {"dataset", reduction.dataset},
                     {"outlier_classes", reduction.outlier_names},
                     {"test_inliers", reduction.test_inliers},
                     {"test_outliers", reduction.test_outliers},
                     {"confidence", reduction.confidence},
                     {"intervals", meaning()},
                     {"curves", array_of(reduction.curves)},
                     {"comparisons", array_of(reduction.comparisons)},
                     {"forecasts", array_of(reduction.forecasts)}};
  // Names come from the user's files; what is no UTF-8 in them must not cost the table.
  write_file(path, root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace clvae::report
