#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "report/draw.hpp"
#include "report/figures.hpp"
#include "report/page.hpp"
#include "report/panel_grid.hpp"
#include "report/points.hpp"
#include "report/text.hpp"

namespace clvae::report {

namespace {

constexpr std::size_t kBins = 48;
constexpr const char* kInlierBars = "#0072B2";
constexpr const char* kOutlierBars = "#D55E00";

/// Shares of the samples, in percent, in bins of equal width.
struct Histogram {
  double lowest = 0;
  double highest = 1;
  std::vector<double> inliers;   ///< [bins]
  std::vector<double> outliers;  ///< [bins]
  double tallest = 0;
};

std::vector<double> finite_and_sorted(const ScorePanel& panel) {
  std::vector<double> scores;
  for (const auto* part : {&panel.inliers, &panel.outliers}) {
    std::copy_if(part->begin(), part->end(), std::back_inserter(scores),
                 [](double score) { return std::isfinite(score); });
  }
  std::sort(scores.begin(), scores.end());
  return scores;
}

std::vector<double> shares(const std::vector<double>& scores, double lowest, double highest) {
  std::vector<double> counts(kBins, 0.0);
  std::size_t counted = 0;
  for (const double score : scores) {
    if (std::isnan(score)) continue;
    const double place = (score - lowest) / (highest - lowest) * static_cast<double>(kBins);
    const double bin = std::clamp(std::floor(place), 0.0, static_cast<double>(kBins - 1));
    counts[static_cast<std::size_t>(bin)] += 1;
    ++counted;
  }
  for (double& count : counts)
    count *= 100.0 / static_cast<double>(std::max<std::size_t>(counted, 1));
  return counts;
}

Histogram histogram_of(const ScorePanel& panel) {
  constexpr double kCut = 0.005;
  Histogram histogram;
  const std::vector<double> scores = finite_and_sorted(panel);
  if (!scores.empty()) {
    histogram.lowest = quantile(scores, kCut);
    histogram.highest = quantile(scores, 1 - kCut);
  }
  if (!(histogram.highest > histogram.lowest)) {
    const double room = std::max(1e-6, 1e-3 * std::abs(histogram.lowest));
    histogram.lowest -= room;
    histogram.highest = histogram.lowest + 2 * room;
  }
  histogram.inliers = shares(panel.inliers, histogram.lowest, histogram.highest);
  histogram.outliers = shares(panel.outliers, histogram.lowest, histogram.highest);
  for (const auto* part : {&histogram.inliers, &histogram.outliers}) {
    histogram.tallest = std::max(histogram.tallest, *std::max_element(part->begin(), part->end()));
  }
  return histogram;
}

constexpr PanelRoom kScoreRoom{112, 70, 54, 22, 98, 58, 150, {534, 310, 240}};

PanelGrid grid_of(const std::vector<ScorePanel>& panels, const Medium& medium) {
  std::vector<std::string> titles;
  for (const ScorePanel& panel : panels) titles.push_back(panel.title);
  return {titles, kScoreRoom, medium};
}

std::string data_block(std::size_t index, const Histogram& histogram) {
  const double step = (histogram.highest - histogram.lowest) / static_cast<double>(kBins);
  std::string text = fmt::format("$scores{} << EOD\n", index + 1);
  for (std::size_t i = 0; i < kBins; ++i) {
    text += fmt::format("{:.7g} {:.6g} {:.6g}\n", histogram.lowest + static_cast<double>(i) * step,
                        histogram.inliers[i], histogram.outliers[i]);
  }
  return text + fmt::format("{:.7g} 0 0\nEOD\n", histogram.highest);
}

std::string heading(const ScoreFigure& figure, const PanelGrid& layout, const Page& page) {
  constexpr std::size_t kDatasetWidth = 24;
  const double left = layout.left();
  if (page.is_latex()) {
    return page.label("Inliers", left, 7, kTextSize, kInlierBars) +
           page.label("Outliers", left + 42, 7, kTextSize, kOutlierBars);
  }
  return page.label(fmt::format("Anomaly scores: {}, {}", shortened(figure.dataset, kDatasetWidth),
                                outliers_in_words(figure.outlier_names, figure.is_against_set, 30)),
                    left, 20, kTitleSize, kInk) +
         page.label("Inliers", left, 43, kTextSize, kInlierBars) +
         page.label("Outliers", left + 56, 43, kTextSize, kOutlierBars) +
         page.label("The outermost bins hold what lies beyond (1 % at most).", left + 122, 43,
                    kTextSize, kQuietInk);
}

std::string panel_plot(const ScorePanel& panel, const Histogram& histogram, std::size_t index,
                       const PanelGrid& layout, const Page& page) {
  constexpr double kHeadroom = 1.08;
  constexpr double kAxisSize = 10;
  const Box box = layout.panel(index);
  const double top = std::max(1e-3, histogram.tallest * kHeadroom);
  const std::string subtitle =
      std::isfinite(panel.auc) ? fmt::format("AUC {:.4f}", panel.auc) : std::string();
  std::string text =
      layout.heading(panel.title, subtitle, box, page) + page.margins(box) +
      fmt::format(
          "set xrange [{:.7g}:{:.7g}]; set yrange [0:{:.6g}]\n"
          "set xlabel {} {} offset 0,0.3\n",
          histogram.lowest, histogram.highest, top,
          page.literal(shortened(panel.axis, PanelGrid::kTitleWidth)), page.font(kAxisSize));
  const bool has_name = layout.leftmost(index);
  if (page.is_latex()) {
    constexpr std::size_t kMostShares = 4;
    text += fmt::format("set xtics {:g}; set ytics {:g}\n",
                        round_step(histogram.highest - histogram.lowest, layout.most_ticks()),
                        round_step(top, kMostShares));
    if (has_name) text += page.upright_label("Share (%)", box, layout.left() - 7, kTextSize);
  } else {
    text += fmt::format("set ylabel '{}' {}\n", has_name ? "Share of samples (%)" : "",
                        page.font(kAxisSize));
  }
  const auto layer = [index](int column, const char* colour) {
    return fmt::format(
        "$scores{0} using 1:{1} with fillsteps fillcolor rgb '{2}' fillstyle transparent solid "
        "0.25 noborder notitle, \\\n"
        "     $scores{0} using 1:{1} with steps linewidth 1.3 linecolor rgb '{2}' notitle",
        index + 1, column, colour);
  };
  return text + "plot " + layer(2, kInlierBars) + ", \\\n     " + layer(3, kOutlierBars) +
         "\nunset label\n";
}

std::string score_script(const ScoreFigure& figure, const Medium& medium, const std::string& file) {
  const PanelGrid layout = grid_of(figure.panels, medium);
  const Page page = layout.page();
  std::string data = "# lower edge of the bin, percent of the inliers and of the outliers in it\n";
  std::string panels =
      heading(figure, layout, page) + quiet_axes() +
      fmt::format(
          "unset key\nset xtics {0}; set ytics {0}\n"
          "set xtics nomirror autofreq format {1}; set ytics nomirror autofreq format {1}\n",
          page.font(kTextSize - 1), page.number_format("%g"));
  for (std::size_t i = 0; i < figure.panels.size(); ++i) {
    const Histogram histogram = histogram_of(figure.panels[i]);
    data += data_block(i, histogram);
    panels += panel_plot(figure.panels[i], histogram, i, layout, page);
  }
  return page.script(file, "Histograms of anomaly scores", data, "", panels);
}

}  // namespace

std::vector<std::string> plot_scores(const ScoreFigure& figure, const std::string& folder,
                                     std::optional<double> latex_width) {
  if (figure.panels.empty()) throw RunError("there are no anomaly scores to draw");
  return draw_for_all("scores", folder, latex_width,
                      [&figure](const Medium& medium, const std::string& file) {
                        return score_script(figure, medium, file);
                      });
}

}  // namespace clvae::report
