#pragma once
/// \file
/// One page that says what ran and what came out.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/evaluation.hpp"
#include "report/members.hpp"
#include "report/report.hpp"
#include "report/sweep.hpp"

namespace clvae::report {

/// A name and what it says, e.g. {"Latent dimension", "3"}.
using Fact = std::pair<std::string, std::string>;

/// A figure on the page.
struct SummaryFigure {
  std::string svg_path;     ///< taken where it is small, else the file beside it that ends in .png
  std::string title;        ///< e.g. "AUC against ensemble size"
  std::string caption;      ///< says which interval a band is
  std::string alternative;  ///< what it shows, for those who can't see it
};

/// All that the page holds. What is empty is left out.
struct SummaryPage {
  std::string title;        ///< e.g. the name of the run's folder
  std::vector<Fact> facts;  ///< what ran, beyond what the reduction says: samples, networks, ...
  std::optional<Reduction> reduction;
  std::optional<Sweep> sweep;            ///< for the page of a whole sweep
  std::optional<Sweep> choosing;         ///< what the sweep's settings were chosen by
  std::optional<Evaluation> evaluation;  ///< of a sweep: the mean over its runs
  std::vector<MemberRow> members;
  std::vector<SummaryFigure> figures;
  std::vector<Fact> timings;
  std::vector<Fact> versions;
  std::string config;  ///< YAML
};

/// Writes `summary.html`, one file that needs no network, no script and no other file. All texts
/// are escaped. \throws IoError, also where a figure can't be read
void write_summary(const SummaryPage& page, const std::string& path);

/// The result in a sentence or two, as it stands at the page's top.
std::string key_result(const Reduction& reduction);

}  // namespace clvae::report
