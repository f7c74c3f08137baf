#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "report/draw.hpp"
#include "report/figures.hpp"
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

/// Room for what stands around the panels, in points.
struct ScoreRoom {
  double top;    ///< heading, and titles of the first panels
  double left;   ///< edge to y axis
  double gap;    ///< between panels, with the tick labels of the right one
  double right;  ///< to the other edge
  double below;  ///< axis title of one panel to the top of the next
  double foot;
};
constexpr ScoreRoom kScoreRoom{112, 70, 54, 22, 98, 58};
constexpr ScoreRoom kScoreRoomInLatex{40, 34, 28, 4, 60, 32};
constexpr double kScoreTitleLine = 10;  ///< for LaTeX

/// Where things stand.
class ScoreLayout {
 public:
  ScoreLayout(const std::vector<ScorePanel>& panels, const Medium& medium)
      : medium_(medium),
        room_(medium.is_latex() ? kScoreRoomInLatex : kScoreRoom),
        panels_(panels.size()) {
    if (medium.is_latex()) {
      fit_into(medium.width());
      make_room_for_titles(panels);
      return;
    }
    constexpr std::size_t kMostAbreast = 3;
    columns_ = panels_ == 4 ? 2 : std::min(panels_, kMostAbreast);
    plot_width_ = columns_ == 1 ? 534 : (columns_ == 2 ? 310 : 240);
  }
  Box panel(std::size_t index) const {
    const std::size_t row = index / columns_;
    const std::size_t column = index % columns_;
    return {room_.left + static_cast<double>(column) * (plot_width_ + room_.gap),
            room_.top + static_cast<double>(row) * (height_ + room_.below), plot_width_, height_};
  }
  bool leftmost(std::size_t index) const { return index % columns_ == 0; }
  Page page() const {
    const Box last = panel(panels_ - 1);
    return {room_.left + static_cast<double>(columns_) * (plot_width_ + room_.gap) - room_.gap +
                room_.right,
            last.top + height_ + room_.foot, medium_.is_latex()};
  }
  double left() const { return room_.left; }
  /// A panel's title in as many lines as it needs in its column.
  std::vector<std::string> title_lines(const std::string& title) const {
    if (!medium_.is_latex()) return {shortened(title, kTitleWidth)};
    return wrapped(shortened(title, kTitleWidth),
                   characters_within(plot_width_ + 6, kSmallCharacterInLatex));
  }
  /// Steps that have room for their numbers along an axis.
  std::size_t most_ticks() const {
    constexpr double kWidthOfTick = 26;
    return characters_within(plot_width_, kWidthOfTick);
  }
  static constexpr std::size_t kTitleWidth = 34;

 private:
  void fit_into(double width) {
    constexpr double kLeastWidth = 76;
    constexpr std::size_t kMostAbreast = 4;
    const double inside = width - room_.left - room_.right;
    const auto fitting =
        static_cast<std::size_t>(std::max(1.0, (inside + room_.gap) / (kLeastWidth + room_.gap)));
    columns_ = std::min({panels_, kMostAbreast, fitting});
    const auto gaps = static_cast<double>(columns_ - 1);
    plot_width_ = (inside - gaps * room_.gap) / static_cast<double>(columns_);
    height_ = std::clamp(plot_width_ / 2, 64.0, 110.0);
  }

  void make_room_for_titles(const std::vector<ScorePanel>& panels) {
    std::size_t most = 1;
    for (const ScorePanel& panel : panels) most = std::max(most, title_lines(panel.title).size());
    room_.top += kScoreTitleLine * static_cast<double>(most - 1);
    room_.below += kScoreTitleLine * static_cast<double>(most - 1);
  }

  Medium medium_;
  ScoreRoom room_;
  std::size_t panels_;
  std::size_t columns_ = 1;
  double plot_width_ = 0;
  double height_ = 150;
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

std::string heading(const ScoreFigure& figure, const ScoreLayout& layout, const Page& page) {
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

/// The method and its AUC.
std::string panel_heading(const ScorePanel& panel, const Box& box, const ScoreLayout& layout,
                          const Page& page) {
  const bool is_latex = page.is_latex();
  const std::vector<std::string> lines = layout.title_lines(panel.title);
  std::string text;
  double top =
      box.top - (is_latex ? 17 : 30) - kScoreTitleLine * static_cast<double>(lines.size() - 1);
  for (const std::string& line : lines) {
    text += page.label(line, box.left, top, is_latex ? kTextSize - 1 : 12, kInk);
    top += kScoreTitleLine;
  }
  if (std::isfinite(panel.auc)) {
    text += page.label(fmt::format("AUC {:.4f}", panel.auc), box.left,
                       box.top - (is_latex ? 7 : 13), kTextSize - 1, kQuietInk);
  }
  return text;
}

std::string panel_plot(const ScorePanel& panel, const Histogram& histogram, std::size_t index,
                       const ScoreLayout& layout, const Page& page) {
  constexpr double kHeadroom = 1.08;
  constexpr double kAxisSize = 10;
  const Box box = layout.panel(index);
  const double top = std::max(1e-3, histogram.tallest * kHeadroom);
  std::string text =
      panel_heading(panel, box, layout, page) + page.margins(box) +
      fmt::format(
          "set xrange [{:.7g}:{:.7g}]; set yrange [0:{:.6g}]\n"
          "set xlabel {} {} offset 0,0.3\n",
          histogram.lowest, histogram.highest, top,
          page.literal(shortened(panel.axis, ScoreLayout::kTitleWidth)), page.font(kAxisSize));
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
  const ScoreLayout layout(figure.panels, medium);
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
