#include <cmath>

#include <fmt/format.h>

#include "clvae/report/report.hpp"
#include "files.hpp"

namespace clvae::report {

namespace {

/// A text field as RFC 4180 has it: quoted only where it must be, quotes doubled.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"') quoted += '"';
    quoted += letter;
  }
  return quoted + '"';
}

/// The shortest digits that read back as the same number.
std::string field(double number) {
  return std::isnan(number) ? std::string() : fmt::format("{}", number);
}

}  // namespace

void write_csv(const Reduction& reduction, const std::string& path) {
  std::string content =
      "method,score,merge,size,auc_mean,curve_lower,curve_upper,confidence,draws,"
      "members_achieved,members_requested\n";
  for (const Curve& curve : reduction.curves) {
    for (const CurveRow& row : curve.rows) {
      content += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", field(curve.method),
                             field(curve.score), field(curve.merge), row.size, field(row.mean),
                             field(row.lower), field(row.upper), field(reduction.confidence),
                             row.draws, curve.achieved, curve.requested);
    }
  }
  write_file(path, content);
}

}  // namespace clvae::report
