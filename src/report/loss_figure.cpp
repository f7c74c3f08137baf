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

constexpr const char* kTrainingLine = "#0072B2";
constexpr const char* kValidationLine = "#D55E00";
constexpr std::size_t kMostMembers = 60;

/// What is drawn of a panel's losses.
struct LossAxes {
  std::size_t epochs = 1;
  double lowest = 0;
  double highest = 1;
  bool is_logarithmic = false;
};

LossAxes loss_axes(const LossPanel& panel) {
  LossAxes axes;
  bool any = false;
  for (const auto* lines : {&panel.training, &panel.validation}) {
    for (const std::vector<float>& line : *lines) {
      axes.epochs = std::max(axes.epochs, line.size());
      for (const double loss : line) {
        if (!std::isfinite(loss)) continue;
        axes.lowest = any ? std::min(axes.lowest, loss) : loss;
        axes.highest = any ? std::max(axes.highest, loss) : loss;
        any = true;
      }
    }
  }
  constexpr double kLogarithmicFrom = 10;
  axes.is_logarithmic = axes.lowest > 0 && axes.highest >= kLogarithmicFrom * axes.lowest;
  if (axes.is_logarithmic) {
    constexpr double kRoom = 1.08;
    axes.lowest /= kRoom;
    axes.highest *= kRoom;
    return axes;
  }
  constexpr double kMargin = 0.04;
  const double margin = std::max(kMargin * (axes.highest - axes.lowest),
                                 1e-3 * std::max(std::abs(axes.highest), 1e-9));
  axes.lowest -= margin;
  axes.highest += margin;
  return axes;
}

/// Where things stand.
class LossLayout {
 public:
  explicit LossLayout(std::size_t panels) : panels_(panels) {
    constexpr std::size_t kMostAbreast = 3;
    columns_ = std::min(panels, kMostAbreast);
    plot_width_ = columns_ == 1 ? 534 : (columns_ == 2 ? 300 : 236);
  }
  Box panel(std::size_t index) const {
    const std::size_t row = index / columns_;
    const std::size_t column = index % columns_;
    return {kLeft + static_cast<double>(column) * (plot_width_ + kGap),
            kTop + static_cast<double>(row) * (kHeight + kBelow), plot_width_, kHeight};
  }
  bool leftmost(std::size_t index) const { return index % columns_ == 0; }
  Page page() const {
    return {kLeft + static_cast<double>(columns_) * (plot_width_ + kGap) - kGap + kRight,
            panel(panels_ - 1).top + kHeight + 58};
  }
  static constexpr double kLeft = 78;

 private:
  static constexpr double kTop = 98;
  static constexpr double kHeight = 230;
  static constexpr double kGap = 66;
  static constexpr double kBelow = 98;
  static constexpr double kRight = 22;

  std::size_t panels_;
  std::size_t columns_ = 1;
  double plot_width_ = 0;
};

/// Two blocks, each with the members one after the other, between empty lines.
std::string loss_blocks(std::size_t index, const LossPanel& panel,
                        const std::vector<std::size_t>& members) {
  std::string text;
  for (const auto& [name, lines] :
       {std::pair{"training", &panel.training}, std::pair{"validation", &panel.validation}}) {
    text += fmt::format("${}{} << EOD\n", name, index + 1);
    for (const std::size_t member : members) {
      const std::vector<float>& line = lines->at(member);
      for (std::size_t epoch = 0; epoch < line.size(); ++epoch) {
        text += std::isfinite(line[epoch]) ? fmt::format("{} {}\n", epoch + 1, line[epoch])
                                           : fmt::format("{} NaN\n", epoch + 1);
      }
      text += "\n";
    }
    text += "EOD\n";
  }
  return text;
}

std::string loss_plot(const LossPanel& panel, std::size_t index, std::size_t drawn,
                      const LossLayout& layout, const Page& page) {
  constexpr std::size_t kTitleWidth = 34;
  constexpr std::size_t kMostWholeTicks = 8;  // else gnuplot finds round ones
  const Box box = layout.panel(index);
  const LossAxes axes = loss_axes(panel);
  const std::size_t members = panel.training.size();
  const std::string count = drawn < members
                                ? fmt::format("{} of {} members", drawn, grouped(members))
                                : fmt::format("{} member{}", members, members == 1 ? "" : "s");
  std::string text =
      page.label(shortened(panel.title, kTitleWidth), box.left, box.top - 27, 12, kInk) +
      page.label(count, box.left, box.top - 11, kTextSize - 1, kQuietInk) + page.margins(box) +
      fmt::format(
          "{} logscale y\nset xtics {}\n"
          "set xrange [{}:{}]; set yrange [{:.7g}:{:.7g}]\n"
          "set xlabel 'Epoch' font ',10' offset 0,0.3; set ylabel '{}' font ',10'\n",
          axes.is_logarithmic ? "set" : "unset", axes.epochs <= kMostWholeTicks ? "1" : "autofreq",
          axes.epochs == 1 ? 0.5 : 1, axes.epochs == 1 ? 1.5 : static_cast<double>(axes.epochs),
          axes.lowest, axes.highest, layout.leftmost(index) ? "Loss" : "");
  // A line of one epoch is a point.
  const char* const drawn_as = axes.epochs == 1 ? "points pointtype 7 pointsize 0.5" : "lines";
  const auto layer = [&](const char* name, const char* colour) {
    return fmt::format("${}{} using 1:2 with {} linewidth 0.8 linecolor rgb '#60{}' notitle", name,
                       index + 1, drawn_as, colour + 1);
  };
  return text + "plot " + layer("training", kTrainingLine) + ", \\\n     " +
         layer("validation", kValidationLine) + "\nunset label\n";
}

void check(const LossFigure& figure) {
  if (figure.panels.empty()) throw RunError("there are no losses to draw");
  for (const LossPanel& panel : figure.panels) {
    if (panel.training.size() == panel.validation.size()) continue;
    throw UsageError(fmt::format("{}: training losses of {} members, validation losses of {}",
                                 panel.title, panel.training.size(), panel.validation.size()));
  }
}

}  // namespace

std::vector<std::string> plot_losses(const LossFigure& figure, const std::string& folder) {
  check(figure);
  constexpr std::size_t kDatasetWidth = 24;
  const LossLayout layout(figure.panels.size());
  const Page page = layout.page();
  const double left = LossLayout::kLeft;
  std::string data = "# epoch, loss; the members one after the other\n";
  std::string panels =
      page.label(fmt::format("Losses: {}, {}", shortened(figure.dataset, kDatasetWidth),
                             outliers_in_words(figure.outlier_names, 30)),
                 left, 20, kTitleSize, kInk) +
      page.label("Training", left, 43, kTextSize, kTrainingLine) +
      page.label("Validation", left + 62, 43, kTextSize, kValidationLine) + quiet_axes() +
      "unset key\nset xtics font ',9'; set ytics font ',9'\n"
      "set xtics nomirror autofreq format '%g'; set ytics nomirror autofreq format '%g'\n";
  for (std::size_t i = 0; i < figure.panels.size(); ++i) {
    const LossPanel& panel = figure.panels[i];
    const std::vector<std::size_t> members =
        thinned(panel.training.size(), kMostMembers, figure.seed);
    data += loss_blocks(i, panel, members);
    panels += loss_plot(panel, i, members.size(), layout, page);
  }
  return draw("losses", page.script("losses", "Losses of each epoch", data, "", panels), folder);
}

}  // namespace clvae::report
