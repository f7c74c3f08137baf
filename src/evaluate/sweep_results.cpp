#include "evaluate/sweep_results.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace clvae::evaluate {

void add_row(const report::Reduction& reduction, const std::vector<std::string>& values,
             report::Sweep& sweep) {
  sweep.dataset = reduction.dataset;
  sweep.confidence = reduction.confidence;
  report::SweepRow row;
  row.outlier_name = fmt::format("{}", fmt::join(reduction.outlier_names, ", "));
  row.values = values;
  row.cells.resize(sweep.methods.size());
  for (const report::Curve& curve : reduction.curves) {
    if (!curve.is_primary || curve.rows.empty()) continue;
    const auto column = std::find(sweep.methods.begin(), sweep.methods.end(), curve.title);
    if (column != sweep.methods.end()) {
      row.cells[static_cast<std::size_t>(column - sweep.methods.begin())] = last_cell(curve);
      continue;
    }
    sweep.methods.push_back(curve.title);
    row.cells.push_back(last_cell(curve));
  }
  sweep.rows.push_back(std::move(row));
  for (report::SweepRow& known : sweep.rows) known.cells.resize(sweep.methods.size());
}

const report::Curve* choosing_curve(const report::Reduction& reduction,
                                    const config::Config& config) {
  const report::Curve* primary = nullptr;
  for (const report::Curve& curve : reduction.curves) {
    if (curve.method != config.ensemble.methods.front() || curve.rows.empty()) continue;
    if (curve.score == config.reduction.score && curve.merge == config.reduction.merge) {
      return &curve;
    }
    if (primary == nullptr && curve.is_primary) primary = &curve;
  }
  return primary;
}

report::SweepCell last_cell(const report::Curve& curve) {
  const reduce::CurvePoint& last = curve.rows.back();
  return {last.mean, last.total.lower, last.total.upper};
}

}  // namespace clvae::evaluate
