#include "script.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "gnuplot.hpp"
#include "text.hpp"

namespace clvae::report {

namespace {

/// Colours that readers with any colour vision can tell apart (Okabe and Ito 2008; their yellow
/// left out, too pale for a line), each with a point type of its own.
struct Style {
  const char* colour;
  int point_type;
  double point_size;
};
constexpr std::array<Style, 7> kStyles{{{"#0072B2", 7, 0.8},
                                        {"#D55E00", 5, 0.7},
                                        {"#009E73", 9, 0.95},
                                        {"#CC79A7", 13, 1.0},
                                        {"#E69F00", 11, 0.95},
                                        {"#56B4E9", 15, 0.9},
                                        {"#000000", 6, 0.8}}};

/// What is drawn of the plane.
struct Axes {
  std::size_t largest_size = 1;
  double lowest = 1;
  double highest = 0;
};

Axes axes_of(const Reduction& reduction) {
  Axes axes;
  for (const Curve& curve : reduction.curves) {
    for (const CurveRow& row : curve.rows) {
      axes.largest_size = std::max(axes.largest_size, row.size);
      axes.lowest = std::min(axes.lowest, has_interval(row) ? row.lower : row.mean);
      axes.highest = std::max(axes.highest, has_interval(row) ? row.upper : row.mean);
    }
  }
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

std::string size_ticks(std::size_t largest) {
  constexpr std::size_t kMostTicks = 12;
  constexpr std::size_t kFirstStep = 5;
  // 1, 5, 10, 15, 20 instead of 1, 2, 4, 6, ...: the 1 stands out of line as it is.
  const std::size_t step =
      largest <= kMostTicks ? 1 : std::max(kFirstStep, step_for(largest, kMostTicks));
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
  return fmt::format("set ytics {} format '%.{}f'\n", static_cast<double>(step) * kFinest,
                     step % 10 == 0 ? 2 : 3);
}

std::string data_blocks(const Reduction& reduction) {
  std::string text = "# size, mean AUC, lower and upper bound of the curve interval\n";
  for (std::size_t i = 0; i < reduction.curves.size(); ++i) {
    text += fmt::format("$curve{} << EOD\n", i + 1);
    for (const CurveRow& row : reduction.curves[i].rows) {
      const bool banded = has_interval(row);
      text += fmt::format("{} {} {} {}\n", row.size, row.mean,
                          banded ? fmt::format("{}", row.lower) : "NaN",
                          banded ? fmt::format("{}", row.upper) : "NaN");
    }
    text += "EOD\n";
  }
  return text;
}

/// Where things stand, in points of a figure that is 640 wide; all three formats share it.
struct Layout {
  static constexpr double kWidth = 640;
  static constexpr double kLeft = 88;     ///< edge to y axis
  static constexpr double kRight = 18;    ///< to the other edge
  static constexpr double kTop = 80;      ///< the heading
  static constexpr double kPlot = 310;    ///< between the axes' ends
  static constexpr double kBottom = 62;   ///< tick labels and axis title
  static constexpr double kKeyLine = 20;  ///< one for each curve
  static constexpr double kFoot = 10;
  double height = 0;

  explicit Layout(std::size_t curves)
      : height(kTop + kPlot + kBottom + kKeyLine * static_cast<double>(curves) + kFoot) {}
  double x(double from_left) const { return from_left / kWidth; }
  double y(double from_top) const { return 1 - from_top / height; }
};

/// Three lines over the figure: what was measured, on what, and what the band is.
std::string heading(const Reduction& reduction, const Layout& layout) {
  constexpr std::size_t kDatasetWidth = 24;
  constexpr std::size_t kTitleWidth = 36;  // of the names of data set and classes; the rest is ours
  const bool banded = std::any_of(reduction.curves.begin(), reduction.curves.end(),
                                  [](const Curve& curve) { return has_interval(curve); });
  const std::string dataset = shortened(reduction.dataset, kDatasetWidth);
  const std::string title = fmt::format(
      "{}, {}", dataset, outliers_in_words(reduction, kTitleWidth - characters_in(dataset)));
  const std::string counts =
      fmt::format("Test set: {} inliers, {} outliers", grouped(reduction.test_inliers),
                  grouped(reduction.test_outliers));
  const std::string band =
      banded ? fmt::format(
                   "Band: {} curve interval, for the mean AUC of k fresh members given this "
                   "training set",
                   percent(reduction.confidence))
             : "One member: no interval";
  const auto label = [&layout](int number, const std::string& text, double from_top, double size,
                               const char* colour) {
    return fmt::format(
        "set label {} {} at screen {:.4f}, screen {:.4f} left font ',{}' textcolor rgb '{}'\n",
        number, quoted(text), layout.x(Layout::kLeft), layout.y(from_top), size, colour);
  };
  return label(1, title, 20, 14, "#000000") + label(2, counts, 43, 10, "#444444") +
         label(3, band, 61, 10, "#444444");
}

std::string axes_settings(const Axes& axes, const Layout& layout) {
  const double margin = std::max(0.5, 0.015 * static_cast<double>(axes.largest_size));
  constexpr double kPlotEnd = Layout::kTop + Layout::kPlot;
  return fmt::format(
             "set lmargin at screen {:.4f}\n"
             "set rmargin at screen {:.4f}\n"
             "set tmargin at screen {:.4f}\n"
             "set bmargin at screen {:.4f}\n"
             "set key at screen {:.4f}, screen {:.4f} left top Left reverse vertical "
             "samplen 3 spacing 1.2\n",
             layout.x(Layout::kLeft), layout.x(Layout::kWidth - Layout::kRight),
             layout.y(Layout::kTop), layout.y(kPlotEnd), layout.x(Layout::kLeft - 12),
             layout.y(kPlotEnd + Layout::kBottom)) +
         fmt::format(
             "set xlabel 'Ensemble size (members)'\n"
             "set ylabel 'AUC'\n"
             "set xrange [{}:{}]\n"
             "set yrange [{:.6g}:{:.6g}]\n"
             "set xtics ({}) format '%.0f'\n",
             1 - margin, static_cast<double>(axes.largest_size) + margin, axes.lowest, axes.highest,
             size_ticks(axes.largest_size)) +
         auc_ticks(axes) +
         "set border 3 linewidth 0.8 linecolor rgb '#444444'\n"
         "set tics out nomirror scale 0.6 textcolor rgb '#222222'\n"
         "set grid ytics linetype 1 linewidth 0.6 linecolor rgb '#E4E4E4'\n";
}

std::string key_title(const Curve& curve) {
  constexpr std::size_t kWidth = 46;
  return fmt::format("{} ({} of {} members)", shortened(curve.title, kWidth), curve.achieved,
                     curve.requested);
}

/// Bands with thin edges first, so that no band covers a line.
std::string plot_command(const Reduction& reduction, const Axes& axes) {
  constexpr std::size_t kMostMarks = 25;
  std::string layers;
  const auto add_layer = [&layers](const std::string& layer) {
    layers += (layers.empty() ? "plot " : ", \\\n     ") + layer;
  };
  for (std::size_t i = 0; i < reduction.curves.size(); ++i) {
    if (!has_interval(reduction.curves[i])) continue;
    add_layer(
        fmt::format("$curve{} using 1:3:4 with filledcurves fillcolor rgb '{}' "
                    "fillstyle transparent solid 0.15 noborder notitle",
                    i + 1, kStyles[i % kStyles.size()].colour));
    add_layer(
        fmt::format("for [bound=3:4] $curve{} using 1:bound with lines linewidth 0.6 "
                    "linecolor rgb '#90{}' notitle",
                    i + 1, kStyles[i % kStyles.size()].colour + 1));
  }
  for (std::size_t i = 0; i < reduction.curves.size(); ++i) {
    if (reduction.curves[i].rows.empty()) continue;
    add_layer(fmt::format("$curve{0} using 1:2 with lines linestyle {0} notitle", i + 1));
    add_layer(
        fmt::format("$curve{0} using (marked($1)):2 with points linestyle {0} notitle", i + 1));
    add_layer(fmt::format("$curve{0} using (NaN):2 with {1} linestyle {0} title {2}", i + 1,
                          reduction.curves[i].rows.size() > 1 ? "linespoints" : "points",
                          quoted(key_title(reduction.curves[i]))));
  }
  return fmt::format(
             "# Where marks stand: at size 1 and the multiples of\n"
             "mark_step = {}\n"
             "marked(size) = size == 1 || int(size) % mark_step == 0 ? size : NaN\n",
             step_for(axes.largest_size, kMostMarks)) +
         layers + "\n";
}

std::string line_styles(std::size_t curves) {
  std::string text;
  for (std::size_t i = 0; i < curves; ++i) {
    const Style& style = kStyles[i % kStyles.size()];
    text += fmt::format(
        "set style line {} linecolor rgb '{}' linewidth 1.8 dashtype {} pointtype {} "
        "pointsize {}\n",
        i + 1, style.colour, 1 + i / kStyles.size(), style.point_type, style.point_size);
  }
  return text;
}

/// The figure three times, the text 10 points high where it is 6.4 inches wide.
std::string drawing(const std::string& plot, const Layout& layout) {
  constexpr double kPixelsPerPoint = 3;
  return fmt::format(
             "set terminal svg size {0},{1} font 'sans-serif,12' fontscale 1.16 linewidth 1.2 "
             "background rgb 'white' noenhanced\n"
             "set output folder . '/figure3.svg'\n",
             Layout::kWidth, layout.height) +
         plot +
         fmt::format(
             "set terminal pngcairo size {2},{3} font 'sans,12' fontscale 2.6 linewidth 3 "
             "pointscale 3 background rgb 'white' noenhanced\n"
             "set output folder . '/figure3.png'\n"
             "replot\n"
             "set terminal pdfcairo size {0}in,{1}in font 'sans,12' fontscale 0.63 linewidth 1.5 "
             "noenhanced\n"
             "set output folder . '/figure3.pdf'\n"
             "replot\n"
             "unset output\n",
             Layout::kWidth / 100, layout.height / 100, Layout::kWidth * kPixelsPerPoint,
             layout.height * kPixelsPerPoint);
}

}  // namespace

std::string figure3_script(const Reduction& reduction) {
  const Axes axes = axes_of(reduction);
  const Layout layout(reduction.curves.size());
  return "# AUC against ensemble size. Change what you like, then run: gnuplot figure3.gnuplot\n"
         "# That writes figure3.svg, figure3.png and figure3.pdf into the current folder.\n\n" +
         data_blocks(reduction) +
         "\nfolder = exists('ARG1') && strlen(ARG1) > 0 ? ARG1 : '.'\n"
         "set encoding utf8\n" +
         heading(reduction, layout) + axes_settings(axes, layout) +
         line_styles(reduction.curves.size()) + drawing(plot_command(reduction, axes), layout);
}

}  // namespace clvae::report
