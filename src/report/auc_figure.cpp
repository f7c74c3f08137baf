#include "report/auc_figure.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

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
std::string auc_ticks(const Axes& axes, std::size_t most, const Page& page) {
  constexpr double kFinest = 1e-3;
  const auto height = static_cast<std::size_t>(std::ceil((axes.highest - axes.lowest) / kFinest));
  const std::size_t step = step_for(height, most);
  return fmt::format("set ytics nomirror {} format {}\n", static_cast<double>(step) * kFinest,
                     page.number_format(step % 10 == 0 ? "%.2f" : "%.3f"));
}

/// Room for what stands around the panels, in points.
struct AucRoom {
  double left;        ///< edge to y axis
  double gap;         ///< between panels, with the tick labels of the right one
  double right;       ///< to the other edge
  double bottom;      ///< tick labels and axis title
  double panel_head;  ///< a lower panel's titles
  double key_line;
  double key_sample;
  double character;  ///< of the key
  double foot;
};
constexpr AucRoom kAucRoom{88, 64, 18, 68, 48, 20, 56, 7, 10};
constexpr AucRoom kAucRoomInLatex{46, 36, 4, 38, 6, 13, 32, kCharacterInLatex, 1};
constexpr double kTitleLineInLatex = 10;

/// Where things stand.
class AucLayout {
 public:
  AucLayout(const AucFigure& figure, const Medium& medium)
      : medium_(medium),
        room_(medium.is_latex() ? kAucRoomInLatex : kAucRoom),
        panels_(figure.panels.size()) {
    if (medium.is_latex()) {
      fit_into(medium.width());
      make_room_for_titles(figure);
    } else {
      spread_out();
    }
    choose_key(figure);
  }

  bool is_single() const { return panels_ == 1; }
  const std::vector<std::string>& key() const { return key_; }
  std::size_t key_columns() const { return key_columns_; }
  std::size_t key_rows() const { return (key_.size() + key_columns_ - 1) / key_columns_; }
  std::size_t most_size_ticks() const {
    constexpr double kWidthOfTick = 14;
    const std::size_t most = is_single() ? 12 : 8;
    return medium_.is_latex() ? std::min(most, characters_within(plot_width_, kWidthOfTick)) : most;
  }
  std::size_t most_auc_ticks() const {
    constexpr double kHeightOfTick = 18;
    constexpr std::size_t kMost = 8;
    return medium_.is_latex()
               ? std::min(kMost, static_cast<std::size_t>(plot_height_ / kHeightOfTick))
               : kMost;
  }
  bool leftmost(std::size_t panel) const { return panel % columns_ == 0; }
  double left() const { return room_.left; }

  Page page() const {
    return {right_edge(), key_top() + room_.key_line * static_cast<double>(key_rows()) + room_.foot,
            medium_.is_latex()};
  }
  Box panel(std::size_t index) const {
    const std::size_t row = index / columns_;
    const std::size_t column = index % columns_;
    return {room_.left + static_cast<double>(column) * (plot_width_ + room_.gap),
            top_ + static_cast<double>(row) * (plot_height_ + room_.bottom + room_.panel_head),
            plot_width_, plot_height_};
  }
  double key_top() const {
    const Box last = panel(panels_ - 1);
    return last.top + last.height + room_.bottom;
  }
  double key_left(std::size_t column) const {
    const double first = medium_.is_latex() ? key_margin() : room_.left - 12;
    return first + static_cast<double>(column) * (right_edge() - room_.left) / 2;
  }
  /// A panel's title in lines, where it stands in a column.
  std::vector<std::string> title_lines(const AucPanel& panel) const {
    return wrapped(panel.title,
                   characters_within(plot_width_ + room_.gap / 2, kSmallCharacterInLatex));
  }

 private:
  void spread_out() {
    constexpr std::size_t kMostAbreast = 3;
    columns_ = panels_ == 4 ? 2 : std::min(panels_, kMostAbreast);
    plot_width_ = columns_ == 1 ? 534 : (columns_ == 2 ? 300 : 236);
    plot_height_ = columns_ == 1 ? 310 : 230;
    top_ = columns_ == 1 ? 80 : 108;
  }
  void fit_into(double width) {
    constexpr double kLeastWidth = 72;
    constexpr double kTwoAboveEachOther = 400;  // below that width of the column
    constexpr std::size_t kMostAbreast = 4;
    constexpr double kFlatness = 0.62;
    const double inside = width - room_.left - room_.right;
    const auto fitting =
        static_cast<std::size_t>(std::max(1.0, (inside + room_.gap) / (kLeastWidth + room_.gap)));
    columns_ = std::min({panels_, kMostAbreast, fitting});
    if (panels_ == 2 && width < kTwoAboveEachOther) columns_ = 1;
    const auto gaps = static_cast<double>(columns_ - 1);
    plot_width_ = (inside - gaps * room_.gap) / static_cast<double>(columns_);
    plot_height_ = std::clamp(kFlatness * plot_width_, kLeastWidth, 190.0);
    top_ = 4;
  }
  void make_room_for_titles(const AucFigure& figure) {
    if (is_single()) return;
    std::size_t most = 1;
    for (const AucPanel& panel : figure.panels) most = std::max(most, title_lines(panel).size());
    room_.panel_head += kTitleLineInLatex * static_cast<double>(most);
    top_ = room_.panel_head;
  }
  /// The whole words where they have room, and two columns where those have.
  void choose_key(const AucFigure& figure) {
    const auto widest = [this](const std::vector<std::string>& key) {
      std::size_t longest = 0;
      for (const std::string& entry : key) longest = std::max(longest, characters_in(entry));
      return room_.key_sample + room_.character * static_cast<double>(longest);
    };
    const bool fits = !medium_.is_latex() || key_margin() + widest(figure.key) <= right_edge();
    key_ = fits || figure.short_key.empty() ? figure.key : figure.short_key;
    key_columns_ = key_.size() > 2 && 2 * widest(key_) <= right_edge() - room_.left ? 2 : 1;
  }
  /// Below the panel where the words have room there, else as far to the left as can be.
  double key_margin() const { return std::min(room_.left - 12, medium_.width() / 12); }
  double right_edge() const {
    return room_.left + static_cast<double>(columns_) * (plot_width_ + room_.gap) - room_.gap +
           room_.right;
  }

  Medium medium_;
  AucRoom room_;
  std::size_t panels_;
  std::vector<std::string> key_;
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
  if (page.is_latex()) return "";
  if (layout.is_single()) {
    const AucPanel& panel = figure.panels.front();
    return page.label(panel.title, layout.left(), 20, kTitleSize, kInk) +
           page.label(panel.subtitle, layout.left(), 43, kTextSize, kQuietInk) +
           page.label(figure.band, layout.left(), 61, kTextSize, kQuietInk);
  }
  return page.label(figure.heading, layout.left(), 20, kTitleSize, kInk) +
         page.label(figure.band, layout.left(), 43, kTextSize, kQuietInk);
}

/// What tells one panel from the others.
std::string panel_heading(const AucPanel& panel, const Box& box, const AucLayout& layout,
                          const Page& page) {
  constexpr double kPanelTitleSize = 12;
  if (layout.is_single()) return "";
  if (!page.is_latex()) {
    return page.label(panel.title, box.left, box.top - 30, kPanelTitleSize, kInk) +
           page.label(panel.subtitle, box.left, box.top - 14, kTextSize - 1, kQuietInk);
  }
  std::string text;
  const std::vector<std::string> lines = layout.title_lines(panel);
  double top = box.top - 4 - kTitleLineInLatex * (static_cast<double>(lines.size()) - 0.5);
  for (const std::string& line : lines) {
    text += page.label(line, box.left, top, kTextSize - 1, kInk);
    top += kTitleLineInLatex;
  }
  return text;
}

std::string axes_settings(const Axes& axes, const AucLayout& layout, std::size_t panel,
                          const Page& page) {
  const double margin = std::max(0.5, 0.015 * static_cast<double>(axes.largest_size));
  return fmt::format(
             "set xlabel '{}'\n"
             "set ylabel '{}'\n"
             "set xrange [{}:{}]\n"
             "set yrange [{:.6g}:{:.6g}]\n"
             "set xtics nomirror ({}) format {}\n",
             page.is_latex() ? "Ensemble size" : "Ensemble size (members)",
             layout.leftmost(panel) && !page.is_latex() ? "AUC" : "", 1 - margin,
             static_cast<double>(axes.largest_size) + margin, axes.lowest, axes.highest,
             size_ticks(axes.largest_size, layout.most_size_ticks()), page.number_format("%.0f")) +
         auc_ticks(axes, layout.most_auc_ticks(), page);
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
    const std::size_t end = std::min(layout.key().size(), begin + layout.key_rows());
    if (begin >= end) break;
    text +=
        fmt::format("set key at {} left top Left reverse vertical samplen {} spacing 1.2\n",
                    page.place(layout.key_left(column), layout.key_top()), page.is_latex() ? 2 : 3);
    std::string entries;
    for (std::size_t i = begin; i < end; ++i) {
      entries += fmt::format("{}NaN with {} linestyle {} title {}",
                             entries.empty() ? "plot " : ", \\\n     ", drawn_with(figure, i),
                             i + 1, page.literal(layout.key()[i]));
    }
    text += entries + "\n";
  }
  return text;
}

std::string line_styles(std::size_t curves, bool is_latex) {
  const double scale = is_latex ? 0.6 : 1.0;
  std::string text;
  for (std::size_t i = 0; i < curves; ++i) {
    const Style& style = style_of(i);
    text += fmt::format(
        "set style line {} linecolor rgb '{}' linewidth 1.8 dashtype {} pointtype {} "
        "pointsize {:.3g}\n",
        i + 1, style.colour, dash_of(i), style.point_type, scale * style.point_size);
  }
  return text;
}

}  // namespace

std::string auc_script(const AucFigure& figure, const Medium& medium, const std::string& file) {
  constexpr std::size_t kMostMarks = 25;
  constexpr std::size_t kMostMarksInSmallPanels = 12;
  const AucLayout layout(figure, medium);
  const Page page = layout.page();
  std::string panels = heading(figure, layout, page) + quiet_axes() + "unset key\n";
  for (std::size_t i = 0; i < figure.panels.size(); ++i) {
    const AucPanel& panel = figure.panels[i];
    const Box box = layout.panel(i);
    if (page.is_latex() && layout.leftmost(i)) {
      panels += page.upright_label("AUC", box, layout.left() - 7, kTextSize);
    }
    panels += panel_heading(panel, box, layout, page) + page.margins(box) +
              axes_settings(axes_of(panel), layout, i, page) +
              plot_command(panel, i, layout.is_single() ? kMostMarks : kMostMarksInSmallPanels) +
              "unset label\n";
  }
  panels += key_plots(figure, layout, page);
  return page.script(file, figure.purpose, data_blocks(figure),
                     line_styles(figure.key.size(), medium.is_latex()) +
                         "# Where marks stand: at size 1 and the multiples of mark_step\n"
                         "marked(size) = size == 1 || int(size) % mark_step == 0 ? size : NaN\n",
                     panels);
}

}  // namespace clvae::report
