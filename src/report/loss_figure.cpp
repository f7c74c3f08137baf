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

constexpr PanelRoom kLossRoom{112, 78, 66, 22, 98, 58, 230, {534, 300, 236}};

PanelGrid grid_of(const std::vector<LossPanel>& panels, const Medium& medium) {
  std::vector<std::string> titles;
  for (const LossPanel& panel : panels) titles.push_back(panel.title);
  return {titles, kLossRoom, medium};
}

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

/// Steps of the axes: at whole epochs, and so many that their numbers have room.
std::string loss_ticks(const LossAxes& axes, const PanelGrid& layout, const Page& page) {
  constexpr std::size_t kMostWholeTicks = 8;  // else gnuplot finds round ones
  if (!page.is_latex()) {
    return axes.epochs <= kMostWholeTicks ? "set xtics 1\n" : "set xtics autofreq\n";
  }
  constexpr std::size_t kMostLosses = 4;
  const std::string text =
      fmt::format("set xtics {:g}\n",
                  std::max(1.0, round_step(static_cast<double>(axes.epochs), layout.most_ticks())));
  return text + (axes.is_logarithmic
                     ? std::string("set ytics autofreq\n")
                     : fmt::format("set ytics {:g}\n",
                                   round_step(axes.highest - axes.lowest, kMostLosses)));
}

std::string loss_names(const PanelGrid& layout, std::size_t index, const Box& box,
                       const Page& page) {
  const bool has_name = layout.leftmost(index);
  std::string text =
      fmt::format("set xlabel {} {} offset 0,0.3\n", page.literal("Epoch"), page.font(kTextSize));
  if (!page.is_latex()) {
    return text + fmt::format("set ylabel '{}' {}\n", has_name ? "Loss" : "", page.font(kTextSize));
  }
  if (has_name) text += page.upright_label("Loss", box, layout.left() - 7, kTextSize);
  return text;
}

std::string loss_plot(const LossPanel& panel, std::size_t index, std::size_t drawn,
                      const PanelGrid& layout, const Page& page) {
  const Box box = layout.panel(index);
  const LossAxes axes = loss_axes(panel);
  const std::size_t members = panel.training.size();
  const std::string count = drawn < members
                                ? fmt::format("{} of {} members", drawn, grouped(members))
                                : fmt::format("{} member{}", members, members == 1 ? "" : "s");
  std::string text = layout.heading(panel.title, count, box, page) + page.margins(box) +
                     fmt::format("{} logscale y\nset xrange [{}:{}]; set yrange [{:.7g}:{:.7g}]\n",
                                 axes.is_logarithmic ? "set" : "unset", axes.epochs == 1 ? 0.5 : 1,
                                 axes.epochs == 1 ? 1.5 : static_cast<double>(axes.epochs),
                                 axes.lowest, axes.highest) +
                     loss_ticks(axes, layout, page) + loss_names(layout, index, box, page);
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

std::string loss_heading(const LossFigure& figure, const PanelGrid& layout, const Page& page) {
  constexpr std::size_t kDatasetWidth = 24;
  const double left = layout.left();
  if (page.is_latex()) {
    return page.label("Training", left, 7, kTextSize, kTrainingLine) +
           page.label("Validation", left + 46, 7, kTextSize, kValidationLine);
  }
  return page.label(fmt::format("Losses: {}, {}", shortened(figure.dataset, kDatasetWidth),
                                outliers_in_words(figure.outlier_names, 30)),
                    left, 20, kTitleSize, kInk) +
         page.label("Training", left, 43, kTextSize, kTrainingLine) +
         page.label("Validation", left + 62, 43, kTextSize, kValidationLine);
}

std::string loss_script(const LossFigure& figure, const Medium& medium, const std::string& file) {
  const PanelGrid layout = grid_of(figure.panels, medium);
  const Page page = layout.page();
  std::string data = "# epoch, loss; the members one after the other\n";
  std::string panels =
      loss_heading(figure, layout, page) + quiet_axes() +
      fmt::format(
          "unset key\nset xtics {0}; set ytics {0}\n"
          "set xtics nomirror autofreq format {1}; set ytics nomirror autofreq format {1}\n",
          page.font(kTextSize - 1), page.number_format("%g"));
  for (std::size_t i = 0; i < figure.panels.size(); ++i) {
    const LossPanel& panel = figure.panels[i];
    const std::vector<std::size_t> members =
        thinned(panel.training.size(), kMostMembers, figure.seed);
    data += loss_blocks(i, panel, members);
    panels += loss_plot(panel, i, members.size(), layout, page);
  }
  return page.script(file, "Losses of each epoch", data, "", panels);
}

}  // namespace

std::vector<std::string> plot_losses(const LossFigure& figure, const std::string& folder,
                                     std::optional<double> latex_width) {
  check(figure);
  return draw_for_all("losses", folder, latex_width,
                      [&figure](const Medium& medium, const std::string& file) {
                        return loss_script(figure, medium, file);
                      });
}

}  // namespace clvae::report
