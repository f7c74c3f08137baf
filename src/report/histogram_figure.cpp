#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "report/draw.hpp"
#include "report/figures.hpp"
#include "report/gnuplot.hpp"
#include "report/page.hpp"
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

/// Where things stand.
class ScoreLayout {
 public:
  explicit ScoreLayout(std::size_t panels) : panels_(panels) {
    constexpr std::size_t kMostAbreast = 3;
    columns_ = panels == 4 ? 2 : std::min(panels, kMostAbreast);
    plot_width_ = columns_ == 1 ? 534 : (columns_ == 2 ? 310 : 240);
  }
  Box panel(std::size_t index) const {
    const std::size_t row = index / columns_;
    const std::size_t column = index % columns_;
    return {kLeft + static_cast<double>(column) * (plot_width_ + kGap),
            kTop + static_cast<double>(row) * (kHeight + kBelow), plot_width_, kHeight};
  }
  bool leftmost(std::size_t index) const { return index % columns_ == 0; }
  Page page() const {
    const Box last = panel(panels_ - 1);
    return {kLeft + static_cast<double>(columns_) * (plot_width_ + kGap) - kGap + kRight,
            last.top + kHeight + 58};
  }
  static constexpr double kLeft = 70;

 private:
  static constexpr double kTop = 112;
  static constexpr double kHeight = 150;
  static constexpr double kGap = 54;
  static constexpr double kBelow = 98;
  static constexpr double kRight = 22;

  std::size_t panels_;
  std::size_t columns_ = 1;
  double plot_width_ = 0;
};

std::string data_block(std::size_t index, const Histogram& histogram) {
  const double step = (histogram.highest - histogram.lowest) / static_cast<double>(kBins);
  std::string text = fmt::format("$scores{} << EOD\n", index + 1);
  for (std::size_t i = 0; i < kBins; ++i) {
    text += fmt::format("{:.7g} {:.6g} {:.6g}\n", histogram.lowest + static_cast<double>(i) * step,
                        histogram.inliers[i], histogram.outliers[i]);
  }
  return text + fmt::format("{:.7g} 0 0\nEOD\n", histogram.highest);
}

std::string heading(const ScoreFigure& figure, const Page& page) {
  constexpr std::size_t kDatasetWidth = 24;
  const double left = ScoreLayout::kLeft;
  return page.label(fmt::format("Anomaly scores: {}, {}", shortened(figure.dataset, kDatasetWidth),
                                outliers_in_words(figure.outlier_names, figure.is_against_set, 30)),
                    left, 20, kTitleSize, kInk) +
         page.label("Inliers", left, 43, kTextSize, kInlierBars) +
         page.label("Outliers", left + 56, 43, kTextSize, kOutlierBars) +
         page.label("The outermost bins hold what lies beyond (1 % at most).", left + 122, 43,
                    kTextSize, kQuietInk);
}

std::string panel_plot(const ScorePanel& panel, const Histogram& histogram, std::size_t index,
                       const ScoreLayout& layout, const Page& page) {
  constexpr std::size_t kTitleWidth = 34;
  constexpr double kHeadroom = 1.08;
  const Box box = layout.panel(index);
  std::string text =
      page.label(shortened(panel.title, kTitleWidth), box.left, box.top - 30, 12, kInk);
  if (std::isfinite(panel.auc)) {
    text += page.label(fmt::format("AUC {:.4f}", panel.auc), box.left, box.top - 13, kTextSize - 1,
                       kQuietInk);
  }
  text += page.margins(box) +
          fmt::format(
              "set xrange [{:.7g}:{:.7g}]; set yrange [0:{:.6g}]\n"
              "set xlabel {} font ',10' offset 0,0.3; set ylabel '{}' font ',10'\n",
              histogram.lowest, histogram.highest, std::max(1e-3, histogram.tallest * kHeadroom),
              quoted(shortened(panel.axis, kTitleWidth)),
              layout.leftmost(index) ? "Share of samples (%)" : "");
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

}  // namespace

std::vector<std::string> plot_scores(const ScoreFigure& figure, const std::string& folder) {
  if (figure.panels.empty()) throw RunError("there are no anomaly scores to draw");
  const ScoreLayout layout(figure.panels.size());
  const Page page = layout.page();
  std::string data = "# lower edge of the bin, percent of the inliers and of the outliers in it\n";
  std::string panels =
      heading(figure, page) + quiet_axes() +
      "unset key\nset xtics font ',9'; set ytics font ',9'\n"
      "set xtics nomirror autofreq format '%g'; set ytics nomirror autofreq format '%g'\n";
  for (std::size_t i = 0; i < figure.panels.size(); ++i) {
    const Histogram histogram = histogram_of(figure.panels[i]);
    data += data_block(i, histogram);
    panels += panel_plot(figure.panels[i], histogram, i, layout, page);
  }
  return draw("scores", page.script("scores", "Histograms of anomaly scores", data, "", panels),
              folder);
}

}  // namespace clvae::report
