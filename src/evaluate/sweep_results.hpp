#pragma once
/// \file
/// From the results of single runs to those of a sweep.

#include <string>
#include <vector>

#include "config/config.hpp"
#include "report/sweep.hpp"

namespace clvae::evaluate {

/// Adds one run's row. Each title of a primary curve has a column; earlier rows that have none of
/// that title have an unknown cell there. \param values of the sweep's keys
void add_row(const report::Reduction& reduction, const std::vector<std::string>& values,
             report::Sweep& sweep);

/// The curve by which settings are chosen: of the config's first method, by its primary score and
/// merge, or what is primary of a method that has no such score. Null where the run has none.
const report::Curve* choosing_curve(const report::Reduction& reduction,
                                    const config::Config& config);

/// A curve's AUC at its largest ensemble, with its total interval.
report::SweepCell last_cell(const report::Curve& curve);

}  // namespace clvae::evaluate
