#include <cmath>

#include <fmt/format.h>

#include "report/csv_field.hpp"
#include "report/files.hpp"
#include "report/report.hpp"

namespace clvae::report {

namespace {

std::string identity(const Curve& curve) {
  return fmt::format("{},{},{}", csv_field(curve.method), csv_field(curve.score),
                     csv_field(curve.merge));
}

}  // namespace

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"') quoted += '"';
    quoted += letter;
  }
  return quoted + '"';
}

std::string csv_field(double number) {
  return std::isnan(number) ? std::string() : fmt::format("{}", number);
}

void write_csv(const Reduction& reduction, const std::string& path) {
  std::string content =
      "method,score,merge,primary,size,auc_mean,curve_lower,curve_upper,ensemble_lower,"
      "ensemble_upper,total_lower,total_upper,confidence,aupr,fpr_at_95_tpr,draws,"
      "members_achieved,members_requested\n";
  for (const Curve& curve : reduction.curves) {
    for (const reduce::CurvePoint& row : curve.rows) {
      content += fmt::format("{},{},{}", identity(curve), curve.is_primary ? 1 : 0, row.size);
      for (const double number : {row.mean, row.curve.lower, row.curve.upper, row.ensemble.lower,
                                  row.ensemble.upper, row.total.lower, row.total.upper,
                                  reduction.confidence, row.average_precision, row.fpr_at_95_tpr}) {
        content += "," + csv_field(number);
      }
      content += fmt::format(",{},{},{}\n", row.draws, curve.achieved, curve.requested);
    }
  }
  write_file(path, content);
}

void write_comparisons_csv(const Reduction& reduction, const std::string& path) {
  std::string content =
      "first_method,first_score,first_merge,second_method,second_score,second_merge,size,"
      "auc_difference,lower,upper,one_sided_lower,confidence,overtakes_at\n";
  for (const Comparison& comparison : reduction.comparisons) {
    const std::string who = identity(reduction.curves.at(comparison.first)) + "," +
                            identity(reduction.curves.at(comparison.second));
    for (const reduce::ComparisonPoint& row : comparison.rows) {
      content += fmt::format("{},{}", who, row.size);
      for (const double number :
           {row.difference, row.lower, row.upper, row.one_sided_lower, reduction.confidence}) {
        content += "," + csv_field(number);
      }
      content += comparison.overtakes_at ? fmt::format(",{}\n", *comparison.overtakes_at) : ",\n";
    }
  }
  write_file(path, content);
}

}  // namespace clvae::report
