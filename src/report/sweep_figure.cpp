#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "report/draw.hpp"
#include "report/figures.hpp"
#include "report/gnuplot.hpp"
#include "report/page.hpp"
#include "report/text.hpp"

namespace clvae::report {

namespace {

constexpr std::size_t kMostPanels = 12;
constexpr std::size_t kLongestValue = 16;

/// A key with the values that were tried.
struct TriedKey {
  std::size_t index = 0;            ///< into the sweep's keys
  std::vector<std::string> values;  ///< in the order in which they come first
};

/// A line of a panel: a cell for each place on the x axis, unknown where there was no run.
struct SweepLine {
  std::size_t style = 0;
  std::vector<SweepCell> cells;
};

struct SweepPanel {
  std::string title;
  std::string subtitle;
  std::vector<SweepLine> lines;
};

struct SweepPlot {
  std::string axis;                 ///< title of the x axis
  std::vector<std::string> places;  ///< on it
  bool is_connected = true;         ///< whether lines between the places mean anything
  std::string key_title;
  std::vector<std::string> key;  ///< [styles]
  std::vector<SweepPanel> panels;
  std::size_t left_out = 0;  ///< panels
};

/// The keys of which several values were tried, those with the most values first.
std::vector<TriedKey> tried_keys(const Sweep& sweep) {
  std::vector<TriedKey> keys;
  for (std::size_t i = 0; i < sweep.keys.size(); ++i) {
    TriedKey key{i, {}};
    for (const SweepRow& row : sweep.rows) {
      const std::string& value = row.values[i];
      if (std::find(key.values.begin(), key.values.end(), value) == key.values.end()) {
        key.values.push_back(value);
      }
    }
    if (key.values.size() > 1) keys.push_back(std::move(key));
  }
  std::stable_sort(keys.begin(), keys.end(), [](const TriedKey& a, const TriedKey& b) {
    return a.values.size() > b.values.size();
  });
  return keys;
}

/// A place for each class, and a mark for each method.
SweepPlot plot_of_classes(const Sweep& sweep) {
  SweepPlot plot;
  plot.axis = "Outlier class";
  plot.is_connected = false;
  plot.key = sweep.methods;
  SweepPanel panel;
  for (std::size_t j = 0; j < sweep.methods.size(); ++j) panel.lines.push_back({j, {}});
  for (const SweepRow& row : sweep.rows) {
    plot.places.push_back(row.outlier_name);
    for (std::size_t j = 0; j < sweep.methods.size(); ++j) {
      panel.lines[j].cells.push_back(row.cells[j]);
    }
  }
  plot.panels.push_back(std::move(panel));
  return plot;
}

/// A place for each value of the only key, and a line for each method.
SweepPlot plot_of_one_key(const Sweep& sweep, const TriedKey& key) {
  SweepPlot plot;
  plot.axis = sweep.keys[key.index];
  plot.places = key.values;
  plot.key = sweep.methods;
  SweepPanel panel;
  for (std::size_t j = 0; j < sweep.methods.size(); ++j) {
    SweepLine line{j, std::vector<SweepCell>(key.values.size())};
    for (const SweepPoint& point : points_of(sweep)) {
      const auto place = std::find(key.values.begin(), key.values.end(), point.values[key.index]);
      line.cells[static_cast<std::size_t>(place - key.values.begin())] = point.means[j];
    }
    panel.lines.push_back(std::move(line));
  }
  plot.panels.push_back(std::move(panel));
  return plot;
}

/// "key = value, ..." of the keys from the third on.
std::string others_of(const Sweep& sweep, const std::vector<TriedKey>& keys,
                      const SweepPoint& point) {
  std::string text;
  for (std::size_t i = 2; i < keys.size(); ++i) {
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", sweep.keys[keys[i].index],
                        shortened(point.values[keys[i].index], kLongestValue));
  }
  return text;
}

/// Places for the first key, lines for the second, panels for the methods and all other keys.
SweepPlot plot_of_keys(const Sweep& sweep, const std::vector<TriedKey>& keys) {
  SweepPlot plot;
  plot.axis = sweep.keys[keys[0].index];
  plot.places = keys[0].values;
  plot.key_title = sweep.keys[keys[1].index];
  plot.key = keys[1].values;
  const auto position = [](const TriedKey& key, const SweepPoint& point) {
    const auto found = std::find(key.values.begin(), key.values.end(), point.values[key.index]);
    return static_cast<std::size_t>(found - key.values.begin());
  };
  for (std::size_t j = 0; j < sweep.methods.size(); ++j) {
    for (const SweepPoint& point : points_of(sweep)) {
      const std::string subtitle = others_of(sweep, keys, point);
      auto panel = std::find_if(plot.panels.begin(), plot.panels.end(), [&](const auto& known) {
        return known.title == sweep.methods[j] && known.subtitle == subtitle;
      });
      if (panel == plot.panels.end()) {
        panel = plot.panels.insert(plot.panels.end(), {sweep.methods[j], subtitle, {}});
        for (std::size_t i = 0; i < keys[1].values.size(); ++i) {
          panel->lines.push_back({i, std::vector<SweepCell>(keys[0].values.size())});
        }
      }
      panel->lines[position(keys[1], point)].cells[position(keys[0], point)] = point.means[j];
    }
  }
  if (plot.panels.size() > kMostPanels) {
    plot.left_out = plot.panels.size() - kMostPanels;
    plot.panels.resize(kMostPanels);
  }
  return plot;
}

/// What is drawn of the AUCs, the same in all panels: means, and bars as far as they leave the
/// means room.
std::pair<double, double> auc_range(const SweepPlot& plot) {
  constexpr double kLeastRoom = 0.05;
  constexpr double kMargin = 0.04;
  double lowest = 1;
  double highest = 0;
  double low_bar = 1;
  double high_bar = 0;
  for (const SweepPanel& panel : plot.panels) {
    for (const SweepLine& line : panel.lines) {
      for (const SweepCell& cell : line.cells) {
        if (!std::isfinite(cell.auc)) continue;
        lowest = std::min(lowest, cell.auc);
        highest = std::max(highest, cell.auc);
        if (std::isfinite(cell.lower)) low_bar = std::min(low_bar, cell.lower);
        if (std::isfinite(cell.upper)) high_bar = std::max(high_bar, cell.upper);
      }
    }
  }
  const double room = std::max(kLeastRoom, highest - lowest);
  const double low = std::min(lowest, std::max(low_bar, lowest - room));
  const double high = std::max(highest, std::min(high_bar, highest + room));
  const double margin = std::max(kMargin * (high - low), 0.002);
  return {low - margin, high + margin};
}

/// Where things stand.
class SweepLayout {
 public:
  explicit SweepLayout(const SweepPlot& plot) : panels_(plot.panels.size()) {
    constexpr std::size_t kMostAbreast = 3;
    columns_ = panels_ == 4 ? 2 : std::min(panels_, kMostAbreast);
    plot_width_ = columns_ == 1 ? 534 : (columns_ == 2 ? 300 : 236);
    constexpr double kPointsPerCharacter = 6.5;
    std::size_t longest = 0;
    for (const std::string& place : plot.places) {
      longest = std::max(longest, characters_in(shortened(place, kLongestValue)));
    }
    const double widest = kPointsPerCharacter * static_cast<double>(longest + 1);
    turns_ = widest * static_cast<double>(plot.places.size()) > plot_width_;
    below_ = turns_ ? 52 + 0.6 * kPointsPerCharacter * static_cast<double>(longest) : 52;
    key_rows_ = plot.key.size() + (plot.key_title.empty() ? 0 : 1);
    top_ = columns_ == 1 && plot.panels.front().title.empty() ? 84 : 112;
  }
  bool turns_labels() const { return turns_; }
  bool leftmost(std::size_t index) const { return index % columns_ == 0; }
  Box panel(std::size_t index) const {
    constexpr double kHead = 46;
    const std::size_t row = index / columns_;
    const std::size_t column = index % columns_;
    return {kLeft + static_cast<double>(column) * (plot_width_ + kGap),
            top_ + static_cast<double>(row) * (kHeight + below_ + kHead), plot_width_, kHeight};
  }
  double key_top() const { return panel(panels_ - 1).top + kHeight + below_ + 4; }
  Page page() const {
    constexpr double kKeyLine = 20;
    return {kLeft + static_cast<double>(columns_) * (plot_width_ + kGap) - kGap + kRight,
            key_top() + kKeyLine * static_cast<double>(key_rows_) + 12};
  }
  static constexpr double kLeft = 78;

 private:
  static constexpr double kHeight = 230;
  static constexpr double kGap = 58;
  static constexpr double kRight = 22;

  std::size_t panels_;
  std::size_t columns_ = 1;
  std::size_t key_rows_ = 1;
  double plot_width_ = 0;
  double below_ = 0;
  double top_ = 0;
  bool turns_ = false;
};

std::string block_of(std::size_t panel, std::size_t line) {
  return fmt::format("$panel{}_{}", panel + 1, line + 1);
}

std::string number_or_nan(double value) {
  return std::isfinite(value) ? fmt::format("{:.7g}", value) : "NaN";
}

/// Marks of several lines stand beside each other, so that none hides another's bar.
std::string sweep_blocks(std::size_t index, const SweepPanel& panel) {
  constexpr double kWidest = 0.09;
  const auto count = static_cast<double>(panel.lines.size());
  const double step = std::min(kWidest, 0.5 / count);
  std::string text;
  for (std::size_t i = 0; i < panel.lines.size(); ++i) {
    text += block_of(index, i) + " << EOD\n";
    const double aside = (static_cast<double>(i) - (count - 1) / 2) * step;
    for (std::size_t place = 0; place < panel.lines[i].cells.size(); ++place) {
      const SweepCell& cell = panel.lines[i].cells[place];
      text += fmt::format("{:.5g} {} {} {}\n", static_cast<double>(place) + aside,
                          number_or_nan(cell.auc), number_or_nan(cell.lower),
                          number_or_nan(cell.upper));
    }
    text += "EOD\n";
  }
  return text;
}

/// A text as the label of a tick, which gnuplot takes for a format: percent signs are doubled.
std::string tick_label(const std::string& text) {
  std::string doubled;
  for (const char letter : shortened(text, kLongestValue)) {
    doubled += letter;
    if (letter == '%') doubled += '%';
  }
  return report::quoted(doubled);
}

std::string place_ticks(const SweepPlot& plot, bool turned) {
  std::string ticks;
  for (std::size_t i = 0; i < plot.places.size(); ++i) {
    ticks += fmt::format("{}{} {}", i == 0 ? "" : ", ", tick_label(plot.places[i]), i);
  }
  return fmt::format("set xtics nomirror {} ({})\n", turned ? "rotate by 35 right" : "norotate",
                     ticks);
}

std::string sweep_panel(const SweepPlot& plot, std::size_t index, const SweepLayout& layout,
                        const Page& page) {
  const SweepPanel& panel = plot.panels[index];
  const Box box = layout.panel(index);
  constexpr std::size_t kTitleWidth = 38;
  std::string text;
  if (!panel.title.empty()) {
    text += page.label(shortened(panel.title, kTitleWidth), box.left, box.top - 27, 12, kInk) +
            page.label(shortened(panel.subtitle, kTitleWidth + 10), box.left, box.top - 11,
                       kTextSize - 1, kQuietInk);
  }
  text += page.margins(box) + fmt::format(
                                  "set xrange [-0.5:{}]\nset xlabel {} font ',10' offset 0,{}\n"
                                  "set ylabel '{}' font ',10'\n",
                                  static_cast<double>(plot.places.size()) - 0.5, quoted(plot.axis),
                                  layout.turns_labels() ? "-0.6" : "0.3",
                                  layout.leftmost(index) ? "AUC" : "");
  std::string layers;
  const auto add = [&](const std::string& layer) {
    layers += (layers.empty() ? "plot " : ", \\\n     ") + layer;
  };
  for (std::size_t i = 0; i < panel.lines.size(); ++i) {
    const std::string block = block_of(index, i);
    const std::size_t style = panel.lines[i].style;
    add(
        fmt::format("{} using 1:3:(0):($4-$3) with vectors nohead linewidth 1.2 linecolor rgb "
                    "'#80{}' notitle",
                    block, style_of(style).colour + 1));
    if (plot.is_connected) {
      add(fmt::format("{} using 1:2 with lines linestyle {} notitle", block, style + 1));
    }
    add(fmt::format("{} using 1:2 with points linestyle {} notitle", block, style + 1));
  }
  return text + layers + "\nunset label\n";
}

/// The key, as a plot without axes that draws nothing else.
std::string sweep_key(const SweepPlot& plot, const SweepLayout& layout, const Page& page) {
  std::string text = page.margins({0, 0, page.width(), page.height()}) +
                     "unset border; unset tics; unset grid; unset xlabel; unset ylabel\n"
                     "set xrange [0:1]; set yrange [0:1]\n";
  double top = layout.key_top();
  if (!plot.key_title.empty()) {
    text += page.label(plot.key_title, SweepLayout::kLeft, top + 6, kTextSize, kQuietInk);
    top += 14;
  }
  text += fmt::format("set key at {} left top Left reverse vertical samplen 3 spacing 1.2\n",
                      page.place(SweepLayout::kLeft - 12, top));
  std::string entries;
  for (std::size_t i = 0; i < plot.key.size(); ++i) {
    entries += fmt::format(
        "{}NaN with {} linestyle {} title {}", entries.empty() ? "plot " : ", \\\n     ",
        plot.is_connected ? "linespoints" : "points", i + 1, quoted(shortened(plot.key[i], 60)));
  }
  return text + entries + "\nunset label\n";
}

std::string subject_of(const Sweep& sweep) {
  constexpr std::size_t kDatasetWidth = 30;
  const std::string dataset = shortened(sweep.dataset, kDatasetWidth);
  if (sweep.keys.empty()) return "AUC with each class anomalous in turn: " + dataset;
  std::vector<std::string> outliers;
  for (const SweepRow& row : sweep.rows) {
    if (std::find(outliers.begin(), outliers.end(), row.outlier_name) == outliers.end()) {
      outliers.push_back(row.outlier_name);
    }
  }
  if (outliers.size() > 1) {
    return fmt::format("Mean AUC over {} outlier classes: {}", outliers.size(), dataset);
  }
  return fmt::format("AUC: {}, outliers {}", dataset, shortened(outliers.front(), 30));
}

SweepPlot plot_of(const Sweep& sweep) {
  const std::vector<TriedKey> keys = tried_keys(sweep);
  if (keys.empty()) return plot_of_classes(sweep);
  return keys.size() == 1 ? plot_of_one_key(sweep, keys.front()) : plot_of_keys(sweep, keys);
}

}  // namespace

std::vector<std::string> plot_sweep(const Sweep& sweep, const std::string& name,
                                    const std::string& folder) {
  if (sweep.rows.empty() || sweep.methods.empty()) throw RunError("there are no runs to draw");
  points_of(sweep);  // looks whether the lengths agree
  const SweepPlot plot = plot_of(sweep);
  const SweepLayout layout(plot);
  const Page page = layout.page();
  const auto [lowest, highest] = auc_range(plot);
  std::string bars = fmt::format("Bars: {} {}", percent(sweep.confidence), sweep.interval);
  if (plot.left_out > 0) {
    bars += fmt::format("; {} more panels are left out, sweep.csv has them", plot.left_out);
  }
  std::string styles;
  for (std::size_t i = 0; i < plot.key.size(); ++i) {
    const Style& style = style_of(i);
    styles += fmt::format(
        "set style line {} linecolor rgb '{}' linewidth 1.8 dashtype {} pointtype {} pointsize "
        "{}\n",
        i + 1, style.colour, dash_of(i), style.point_type, style.point_size);
  }
  std::string data = "# place, AUC, lower and upper bound of its interval\n";
  std::string panels =
      page.label(subject_of(sweep), SweepLayout::kLeft, 20, kTitleSize, kInk) +
      page.label(bars, SweepLayout::kLeft, 43, kTextSize, kQuietInk) + quiet_axes() +
      fmt::format("unset key\nset yrange [{:.6g}:{:.6g}]\nset ytics nomirror format '%.3g'\n",
                  lowest, highest) +
      place_ticks(plot, layout.turns_labels());
  for (std::size_t i = 0; i < plot.panels.size(); ++i) {
    data += sweep_blocks(i, plot.panels[i]);
    panels += sweep_panel(plot, i, layout, page);
  }
  panels += sweep_key(plot, layout, page);
  return draw(name, page.script(name, "AUC of the runs of a sweep", data, styles, panels), folder);
}

}  // namespace clvae::report
