#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "reduce/merge.hpp"
#include "report/auc_figure.hpp"
#include "report/draw.hpp"
#include "report/figures.hpp"
#include "report/text.hpp"

namespace clvae::report {

namespace {

bool has_rows(const Curve& curve) { return !curve.rows.empty(); }

std::string run_in_words(const Reduction& run, std::size_t limit) {
  const std::string dataset = shortened(run.dataset, limit / 2);
  return fmt::format(
      "{}, {}", dataset,
      outliers_in_words(run.outlier_names, run.is_against_set, limit - characters_in(dataset)));
}

std::string counts_in_words(const Reduction& run) {
  return fmt::format("Test set: {} inliers, {} outliers", grouped(run.test_inliers),
                     grouped(run.test_outliers));
}

/// What the bands are; runs that don't agree on the confidence are all named.
std::string bands_in_words(const std::vector<Reduction>& runs) {
  std::string confidences;
  bool banded = false;
  for (const Reduction& run : runs) {
    for (const Curve& curve : run.curves) banded = banded || has_curve_interval(curve);
    const std::string confidence = percent(run.confidence);
    if (confidences.find(confidence) == std::string::npos) {
      confidences += (confidences.empty() ? "" : ", ") + confidence;
    }
  }
  if (!banded) return "One member: no interval";
  return fmt::format(
      "Band: {} curve interval, for the mean AUC of k fresh members given this training set",
      confidences);
}

/// How many members a curve has in each panel where it stands.
struct KeyEntry {
  std::string title;
  bool deterministic = true;
  std::string members;
  std::size_t last = 0;     ///< of the latest panel
  bool are_as_many = true;  ///< in each panel
};

/// The entry of this title, made where it is new. \return its index
std::size_t entry_of(const Curve& curve, std::vector<KeyEntry>& entries) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&curve](const KeyEntry& entry) {
    return entry.title == curve.title;
  });
  const auto index = static_cast<std::size_t>(found - entries.begin());
  if (found == entries.end()) entries.push_back({curve.title, true, "", 0, true});
  KeyEntry& entry = entries[index];
  entry.deterministic = entry.deterministic && curve.is_deterministic;
  entry.are_as_many = entry.are_as_many && (entry.members.empty() || entry.last == curve.achieved);
  entry.last = curve.achieved;
  entry.members += fmt::format("{}{}", entry.members.empty() ? "" : ", ", curve.achieved);
  return index;
}

constexpr std::size_t kKeyTitleWidth = 46;

std::string short_key_text(const KeyEntry& entry) {
  return shortened(entry.title, kKeyTitleWidth) + (entry.deterministic ? " (deterministic)" : "");
}

std::string key_text(const KeyEntry& entry, const Curve* only) {
  const std::string title = shortened(entry.title, kKeyTitleWidth);
  if (entry.deterministic) return short_key_text(entry);
  if (only != nullptr) {
    return fmt::format("{} ({} of {} members)", title, only->achieved, only->requested);
  }
  const std::string members = std::to_string(entry.last) + " each";
  return fmt::format("{} (members: {})", title, entry.are_as_many ? members : entry.members);
}

bool are_alike(const Reduction& run, const Reduction& other) {
  return run.dataset == other.dataset && run.outlier_names == other.outlier_names;
}

/// Says above a panel which run it is of.
void describe(AucPanel& panel, const std::vector<Reduction>& runs, std::size_t index,
              const std::vector<std::string>& names) {
  constexpr std::size_t kWideTitle = 48;
  constexpr std::size_t kPanelTitle = 34;
  const Reduction& run = runs[index];
  panel.title = run_in_words(run, runs.size() == 1 ? kWideTitle : kPanelTitle);
  panel.subtitle = counts_in_words(run);
  const auto alike = std::count_if(
      runs.begin(), runs.end(), [&run](const Reduction& other) { return are_alike(run, other); });
  if (alike == 1 || names.empty()) return;
  panel.subtitle = std::exchange(panel.title, shortened(names.at(index), kPanelTitle));
}

AucFigure figure3_of(const std::vector<Reduction>& runs, const std::vector<std::string>& names) {
  AucFigure figure;
  figure.name = "figure3";
  figure.purpose = "AUC against ensemble size";
  figure.heading = "AUC against ensemble size";
  figure.band = bands_in_words(runs);
  std::vector<KeyEntry> entries;
  std::vector<const Curve*> only;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    AucPanel panel;
    describe(panel, runs, i, names);
    for (const Curve& curve : runs[i].curves) {
      if (!curve.is_primary || !has_rows(curve)) continue;
      const std::size_t entry = entry_of(curve, entries);
      only.resize(entries.size(), &curve);
      panel.series.push_back({&curve, entry, true});
    }
    if (!panel.series.empty()) figure.panels.push_back(std::move(panel));
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    figure.short_key.push_back(short_key_text(entries[i]));
    figure.key.push_back(key_text(entries[i], runs.size() == 1 ? only[i] : nullptr));
  }
  return figure;
}

/// Curves that differ in their merge alone.
struct MergeGroup {
  std::string title;
  std::vector<const Curve*> curves;
};

/// The groups of at least two curves, in the order of their first ones.
std::vector<MergeGroup> merge_groups(const Reduction& reduction) {
  std::vector<MergeGroup> groups;
  std::map<std::pair<std::string, std::string>, std::size_t> indices;
  for (const Curve& curve : reduction.curves) {
    if (!has_rows(curve)) continue;
    const auto [entry, is_new] = indices.insert({{curve.method, curve.score}, groups.size()});
    if (is_new) groups.emplace_back();
    MergeGroup& group = groups[entry->second];
    if (group.title.empty() || curve.is_primary) group.title = curve.title;
    group.curves.push_back(&curve);
  }
  groups.erase(std::remove_if(groups.begin(), groups.end(),
                              [](const MergeGroup& group) { return group.curves.size() < 2; }),
               groups.end());
  return groups;
}

std::string merge_in_words(const std::string& merge) {
  const auto known = reduce::merge_named(merge);
  return known ? std::string(reduce::row_of(*known).title) : printable(merge);
}

AucFigure merges_of(const Reduction& reduction) {
  constexpr std::size_t kWideTitle = 48;
  constexpr std::size_t kPanelTitle = 34;
  const std::vector<MergeGroup> groups = merge_groups(reduction);
  AucFigure figure;
  figure.name = "merges";
  figure.purpose = "AUC against ensemble size for each merge";
  figure.heading = run_in_words(reduction, kWideTitle);
  figure.band =
      fmt::format("Band: {} curve interval of the merge in use", percent(reduction.confidence));
  std::vector<std::string> merges;
  for (const MergeGroup& group : groups) {
    AucPanel panel;
    panel.title = shortened(group.title, groups.size() == 1 ? kWideTitle : kPanelTitle);
    panel.subtitle = groups.size() == 1 ? run_in_words(reduction, kWideTitle)
                                        : fmt::format("{} members", group.curves.front()->achieved);
    for (const Curve* curve : group.curves) {
      const auto found = std::find(merges.begin(), merges.end(), curve->merge);
      panel.series.push_back(
          {curve, static_cast<std::size_t>(found - merges.begin()), curve->is_primary});
      if (found == merges.end()) merges.push_back(curve->merge);
    }
    figure.panels.push_back(std::move(panel));
  }
  for (const std::string& merge : merges) figure.key.push_back(merge_in_words(merge));
  return figure;
}

std::vector<std::string> draw_auc(const AucFigure& figure, const std::string& folder,
                                  std::optional<double> latex_width) {
  return draw_for_all(figure.name, folder, latex_width,
                      [&figure](const Medium& medium, const std::string& file) {
                        return auc_script(figure, medium, file);
                      });
}

}  // namespace

std::vector<std::string> plot_figure3(const std::vector<Reduction>& runs, const std::string& folder,
                                      const std::vector<std::string>& names,
                                      std::optional<double> latex_width) {
  const AucFigure figure = figure3_of(runs, names);
  if (figure.panels.empty()) {
    throw RunError("there is no curve to draw: no method has a member that took part");
  }
  return draw_auc(figure, folder, latex_width);
}

bool has_merges(const Reduction& reduction) { return !merge_groups(reduction).empty(); }

std::vector<std::string> plot_merges(const Reduction& reduction, const std::string& folder,
                                     std::optional<double> latex_width) {
  if (!has_merges(reduction)) {
    throw RunError("there are no merges to draw: every method has one way of merging alone");
  }
  return draw_auc(merges_of(reduction), folder, latex_width);
}

}  // namespace clvae::report
