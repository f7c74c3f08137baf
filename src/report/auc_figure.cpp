#include "report/auc_figure.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/gnuplot.hpp"
#include "report/page.hpp"
#include "report/text.hpp"

namespace clvae::report {

namespace {

/// What is drawn of the plane.
struct Axes {
  std::size_t largest_size = 1;
  double lowest = 1;
  double highest = 0;
};

/// Adds the bands to axes that hold the means: two or three members have bands so wide that the
/// curves would be flat lines beside them, so they go no further than this.
void make_room_for_bands(Axes& axes, const AucPanel& panel) {
  constexpr double kLeastRoom = 0.1;
  const double room = std::max(kLeastRoom, axes.highest - axes.lowest);
  const Axes means = axes;
  for (const AucSeries& series : panel.series) {
    for (const reduce::CurvePoint& row : series.curve->rows) {
      if (!series.banded || !has_curve_interval(row)) continue;
      axes.lowest = std::min(axes.lowest, std::max(row.curve.lower, means.lowest - room));
      axes.highest = std::max(axes.highest, std::min(row.curve.upper, means.highest + room));
    }
  }
}

Axes axes_of(const AucPanel& panel) {
  Axes axes;
  for (const AucSeries& series : panel.series) {
    for (const reduce::CurvePoint& row : series.curve->rows) {
      axes.largest_size = std::max(axes.largest_size, row.size);
      axes.lowest = std::min(axes.lowest, row.mean);
      axes.highest = std::max(axes.highest, row.mean);
    }
  }
  make_room_for_bands(axes, panel);
  // Flat or single-point curves get some room, or differences of rounding would fill the figure.
  constexpr double kLeastHeight = 0.02;
  constexpr double kMargin = 0.04;
  const double lacking = std::max(0.0, kLeastHeight - (axes.highest - axes.lowest)) / 2;
  const double margin = lacking + kMargin * std::max(kLeastHeight, axes.highest - axes.lowest);
  axes.lowest -= margin;
  axes.highest += margin;
  return axes;
}

/// The smallest of 1, 2, 5, 10, 20, 50, ... with which `largest` needs at most `most` steps.
std::size_t step_for(std::size_t largest, std::size_t most) {
  for (std::size_t decade = 1;; decade *= 10) {
    for (const std::size_t digit : {std::size_t{1}, std::size_t{2}, std::size_t{5}}) {
      if (largest <= most * digit * decade) return digit * decade;
    }
  }
}

std::string size_ticks(std::size_t largest, std::size_t most) {
  constexpr std::size_t kFirstStep = 5;
  // 1, 5, 10, 15, 20 instead of 1, 2, 4, 6, ...: the 1 stands out of line as it is.
  const std::size_t step = largest <= most ? 1 : std::max(kFirstStep, step_for(largest, most));
  std::string ticks = "1";
  for (std::size_t size = step > 1 ? step : 2; size <= largest; size += step) {
    ticks += fmt::format(", {}", size);
  }
  return ticks;
}

/// The y axis's step in AUC, and as many decimals as its labels need.
std::string auc_ticks(const Axes& axes) {
  constexpr double kFinest = 1e-3;
  constexpr std::size_t kMostSteps = 8;
  const auto height = static_cast<std::size_t>(std::ceil((axes.highest - axes.lowest) / kFinest));
  const std::size_t step = step_for(height, kMostSteps);
  return fmt::format("set ytics nomirror {} format '%.{}f'\n", static_cast<double>(step) * kFinest,
                     step % 10 == 0 ? 2 : 3);
}

/// Where things stand.
class AucLayout {
 public:
  explicit AucLayout(const AucFigure& figure)
      : panels_(figure.panels.size()), entries_(figure.key.size()) {
    constexpr std::size_t kMostAbreast = 3;
    columns_ = panels_ == 4 ? 2 : std::min(panels_, kMostAbreast);
    plot_width_ = columns_ == 1 ? 534 : (columns_ == 2 ? 300 : 236);
    plot_height_ = columns_ == 1 ? 310 : 230;
    top_ = columns_ == 1 ? 80 : 108;
    std::size_t longest = 0;
    for (const std::string& entry : figure.key) longest = std::max(longest, characters_in(entry));
    constexpr double kPointsPerCharacter = 7;
    constexpr double kSample = 56;
    const double widest = kSample + kPointsPerCharacter * static_cast<double>(longest);
    key_columns_ = entries_ > 2 && 2 * widest <= right_edge() - kLeft ? 2 : 1;
  }

  bool is_single() const { return panels_ == 1; }
  std::size_t key_columns() const { return key_columns_; }
  std::size_t key_rows() const { return (entries_ + key_columns_ - 1) / key_columns_; }
  std::size_t most_ticks() const { return is_single() ? 12 : 8; }
  bool leftmost(std::size_t panel) const { return panel % columns_ == 0; }

  Page page() const {
    constexpr double kKeyLine = 20;
    constexpr double kFoot = 10;
    return {right_edge(), key_top() + kKeyLine * static_cast<double>(key_rows()) + kFoot};
  }
  Box panel(std::size_t index) const {
    const std::size_t row = index / columns_;
    const std::size_t column = index % columns_;
    return {kLeft + static_cast<double>(column) * (plot_width_ + kGap),
            top_ + static_cast<double>(row) * (plot_height_ + kBottom + kPanelHead), plot_width_,
            plot_height_};
  }
  double key_top() const {
    const Box last = panel(panels_ - 1);
    return last.top + last.height + kBottom;
  }
  double key_left(std::size_t column) const {
    return kLeft - 12 + static_cast<double>(column) * (right_edge() - kLeft) / 2;
  }
  static constexpr double kLeft = 88;  ///< edge to y axis

 private:
  static constexpr double kGap = 64;     ///< between panels, with the tick labels of the right one
  static constexpr double kRight = 18;   ///< to the other edge
  static constexpr double kBottom = 68;  ///< tick labels and axis title
  static constexpr double kPanelHead = 48;  ///< a lower panel's two lines

  double right_edge() const {
    return kLeft + static_cast<double>(columns_) * (plot_width_ + kGap) - kGap + kRight;
  }

  std::size_t panels_;
  std::size_t entries_;
  std::size_t columns_ = 1;
  std::size_t key_columns_ = 1;
  double plot_width_ = 0;
  double plot_height_ = 0;
  double top_ = 0;  ///< the heading
};

std::string block_name(std::size_t panel, std::size_t series) {
  return fmt::format("$panel{}_{}", panel + 1, series + 1);
}

std::string data_line(double size, const reduce::CurvePoint& row) {
  const bool banded = has_curve_interval(row);
  return fmt::format("{} {} {} {}\n", size, row.mean,
                     banded ? fmt::format("{}", row.curve.lower) : "NaN",
                     banded ? fmt::format("{}", row.curve.upper) : "NaN");
}

std::string data_blocks(const AucFigure& figure) {
  std::string text = "# size, mean AUC, lower and upper bound of the curve interval\n";
  for (std::size_t i = 0; i < figure.panels.size(); ++i) {
    const AucPanel& panel = figure.panels[i];
    const auto largest = static_cast<double>(axes_of(panel).largest_size);
    for (std::size_t j = 0; j < panel.series.size(); ++j) {
      const Curve& curve = *panel.series[j].curve;
      text += block_name(i, j) + " << EOD\n";
      for (const reduce::CurvePoint& row : curve.rows)
        text += data_line(static_cast<double>(row.size), row);
      // Members that can't differ give the same at every size.
      if (curve.is_deterministic && !curve.rows.empty()) {
        text += data_line(largest, curve.rows.back());
      }
      text += "EOD\n";
    }
  }
  return text;
}

/// What was measured, on what, and what the bands are, with the first panel.
std::string heading(const AucFigure& figure, const AucLayout& layout, const Page& page) {
  if (layout.is_single()) {
    const AucPanel& panel = figure.panels.front();
    return page.label(panel.title, AucLayout::kLeft, 20, kTitleSize, kInk) +
           page.label(panel.subtitle, AucLayout::kLeft, 43, kTextSize, kQuietInk) +
           page.label(figure.band, AucLayout::kLeft, 61, kTextSize, kQuietInk);
  }
  return page.label(figure.heading, AucLayout::kLeft, 20, kTitleSize, kInk) +
         page.label(figure.band, AucLayout::kLeft, 43, kTextSize, kQuietInk);
}

std::string axes_settings(const Axes& axes, const AucLayout& layout, std::size_t panel) {
  const double margin = std::max(0.5, 0.015 * static_cast<double>(axes.largest_size));
  return fmt::format(
             "set xlabel 'Ensemble size (members)'\n"
             "set ylabel '{}'\n"
             "set xrange [{}:{}]\n"
             "set yrange [{:.6g}:{:.6g}]\n"
             "set xtics nomirror ({}) format '%.0f'\n",
             layout.leftmost(panel) ? "AUC" : "", 1 - margin,
             static_cast<double>(axes.largest_size) + margin, axes.lowest, axes.highest,
             size_ticks(axes.largest_size, layout.most_ticks())) +
         auc_ticks(axes);
}

bool is_line(const Curve& curve) { return curve.is_deterministic || curve.rows.size() > 1; }

/// Bands with thin edges first, so that no band covers a line.
std::string plot_command(const AucPanel& panel, std::size_t index, std::size_t most_marks) {
  std::string layers;
  const auto add_layer = [&layers](const std::string& layer) {
    layers += (layers.empty() ? "plot " : ", \\\n     ") + layer;
  };
  for (std::size_t i = 0; i < panel.series.size(); ++i) {
    const AucSeries& series = panel.series[i];
    if (!series.banded || !has_curve_interval(*series.curve)) continue;
    const char* colour = style_of(series.style).colour;
    add_layer(
        fmt::format("{} using 1:3:4 with filledcurves fillcolor rgb '{}' "
                    "fillstyle transparent solid 0.15 noborder notitle",
                    block_name(index, i), colour));
    add_layer(
        fmt::format("for [bound=3:4] {} using 1:bound with lines linewidth 0.6 "
                    "linecolor rgb '#90{}' notitle",
                    block_name(index, i), colour + 1));
  }
  for (std::size_t i = 0; i < panel.series.size(); ++i) {
    const AucSeries& series = panel.series[i];
    if (series.curve->rows.empty()) continue;
    add_layer(fmt::format("{} using 1:2 with lines linestyle {} notitle", block_name(index, i),
                          series.style + 1));
    if (series.curve->is_deterministic) continue;
    add_layer(fmt::format("{} using (marked($1)):2 with points linestyle {} notitle",
                          block_name(index, i), series.style + 1));
  }
  return fmt::format("mark_step = {}\n", step_for(axes_of(panel).largest_size, most_marks)) +
         layers + "\n";
}

/// How an entry of the key is drawn: as its first curve is.
const char* drawn_with(const AucFigure& figure, std::size_t style) {
  bool has_points = false;
  bool has_line = false;
  for (const AucPanel& panel : figure.panels) {
    for (const AucSeries& series : panel.series) {
      if (series.style != style || series.curve->rows.empty()) continue;
      has_line = has_line || is_line(*series.curve);
      has_points = has_points || !series.curve->is_deterministic;
    }
  }
  return has_line && has_points ? "linespoints" : (has_line ? "lines" : "points");
}

/// The key, as plots without axes that draw nothing else.
std::string key_plots(const AucFigure& figure, const AucLayout& layout, const Page& page) {
  std::string text = page.margins({0, 0, page.width(), page.height()}) +
                     "unset border; unset tics; unset grid; unset xlabel; unset ylabel\n"
                     "set xrange [0:1]; set yrange [0:1]\n";
  for (std::size_t column = 0; column < layout.key_columns(); ++column) {
    const std::size_t begin = column * layout.key_rows();
    const std::size_t end = std::min(figure.key.size(), begin + layout.key_rows());
    if (begin >= end) break;
    text += fmt::format("set key at {} left top Left reverse vertical samplen 3 spacing 1.2\n",
                        page.place(layout.key_left(column), layout.key_top()));
    std::string entries;
    for (std::size_t i = begin; i < end; ++i) {
      entries += fmt::format("{}NaN with {} linestyle {} title {}",
                             entries.empty() ? "plot " : ", \\\n     ", drawn_with(figure, i),
                             i + 1, quoted(figure.key[i]));
    }
    text += entries + "\n";
  }
  return text;
}

std::string line_styles(std::size_t curves) {
  std::string text;
  for (std::size_t i = 0; i < curves; ++i) {
    const Style& style = style_of(i);
    text += fmt::format(
        "set style line {} linecolor rgb '{}' linewidth 1.8 dashtype {} pointtype {} "
        "pointsize {}\n",
        i + 1, style.colour, dash_of(i), style.point_type, style.point_size);
  }
  return text;
}

}  // namespace

std::string auc_script(const AucFigure& figure) {
  constexpr std::size_t kMostMarks = 25;
  constexpr std::size_t kMostMarksInSmallPanels = 12;
  const AucLayout layout(figure);
  const Page page = layout.page();
  std::string panels = heading(figure, layout, page) + quiet_axes() + "unset key\n";
  for (std::size_t i = 0; i < figure.panels.size(); ++i) {
    const AucPanel& panel = figure.panels[i];
    const Box box = layout.panel(i);
    if (!layout.is_single()) {
      constexpr double kPanelTitleSize = 12;
      panels += page.label(panel.title, box.left, box.top - 30, kPanelTitleSize, kInk) +
                page.label(panel.subtitle, box.left, box.top - 14, kTextSize - 1, kQuietInk);
    }
    panels += page.margins(box) + axes_settings(axes_of(panel), layout, i) +
              plot_command(panel, i, layout.is_single() ? kMostMarks : kMostMarksInSmallPanels) +
              "unset label\n";
  }
  panels += key_plots(figure, layout, page);
  return page.script(figure.name, figure.purpose, data_blocks(figure),
                     line_styles(figure.key.size()) +
                         "# Where marks stand: at size 1 and the multiples of mark_step\n"
                         "marked(size) = size == 1 || int(size) % mark_step == 0 ? size : NaN\n",
                     panels);
}

}  // namespace clvae::report
