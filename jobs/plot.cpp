#include <fmt/format.h>

#include "clvae/core/nearest.hpp"
#include "clvae/report/figures.hpp"
#include "jobs.hpp"

namespace clvae::jobs {

void plot(const RunFolder& folder, Console& console) {
  if (!folder.has_curves()) {
    throw UsageError(fmt::format("{}: found no tables; clvae reduce {} makes them", folder.path(),
                                 folder.path()));
  }
  const auto figures =
      report::plot_figure3({report::read_json(folder.curves_json())}, folder.path());
  console.event("figures: " + joined(figures));
}

}  // namespace clvae::jobs
