#include "report/sweep.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "report/csv_field.hpp"
#include "report/files.hpp"
#include "report/terminal.hpp"
#include "report/text.hpp"

namespace clvae::report {

namespace {

void check(const Sweep& sweep) {
  for (const SweepRow& row : sweep.rows) {
    if (row.cells.size() != sweep.methods.size()) {
      throw UsageError(fmt::format("a sweep's row \"{}\" has {} cells for {} methods",
                                   row.outlier_name, row.cells.size(), sweep.methods.size()));
    }
    if (row.values.size() != sweep.keys.size()) {
      throw UsageError(fmt::format("a sweep's row \"{}\" has {} values for {} keys",
                                   row.outlier_name, row.values.size(), sweep.keys.size()));
    }
  }
}

std::vector<SweepCell> means_of(const std::vector<SweepRow>& rows, std::size_t methods) {
  std::vector<SweepCell> means(methods);
  const auto count = static_cast<double>(rows.size());
  for (std::size_t j = 0; j < means.size() && !rows.empty(); ++j) {
    double sum = 0;
    double below = 0;
    double above = 0;
    for (const SweepRow& row : rows) {
      const SweepCell& cell = row.cells[j];
      sum += cell.auc;
      below += (cell.auc - cell.lower) * (cell.auc - cell.lower);
      above += (cell.upper - cell.auc) * (cell.upper - cell.auc);
    }
    means[j] = {sum / count, (sum - std::sqrt(below)) / count, (sum + std::sqrt(above)) / count};
  }
  return means;
}

std::string cell_text(const SweepCell& cell) {
  std::string text = four_digits(cell.auc);
  if (std::isfinite(cell.lower) && std::isfinite(cell.upper)) {
    text += " " + bracketed(cell.lower, cell.upper);
  }
  return text;
}

/// A line of the table: what it is of, and its cells.
struct TableLine {
  std::vector<std::string> names;  ///< [name columns]
  std::vector<SweepCell> cells;    ///< [methods]
};

/// The table as it is laid out on a terminal.
struct TableText {
  std::vector<std::string> heads;  ///< [name columns]
  std::vector<std::size_t> widths;
  std::vector<TableLine> lines;
};

/// A row for each class, and for the means.
TableText lines_of_classes(const Sweep& sweep) {
  constexpr std::size_t kNameWidth = 16;
  TableText table{{"outlier class"}, {kNameWidth}, {}};
  for (const SweepRow& row : sweep.rows) {
    table.lines.push_back({{shortened(row.outlier_name, kNameWidth)}, row.cells});
  }
  table.lines.push_back({{"mean"}, mean_over_classes(sweep)});
  return table;
}

/// A row for each combination of the keys.
TableText lines_of_points(const Sweep& sweep) {
  constexpr std::size_t kWidest = 28;
  TableText table;
  for (const std::string& key : sweep.keys) {
    table.heads.push_back(shortened(key, kWidest));
    table.widths.push_back(characters_in(table.heads.back()));
  }
  for (const SweepPoint& point : points_of(sweep)) {
    TableLine line{{}, point.means};
    for (std::size_t i = 0; i < point.values.size(); ++i) {
      line.names.push_back(shortened(point.values[i], kWidest));
      table.widths[i] = std::max(table.widths[i], characters_in(line.names.back()));
    }
    table.lines.push_back(std::move(line));
  }
  return table;
}

/// Some methods side by side.
std::string block(const Sweep& sweep, const TableText& table, std::size_t begin, std::size_t end) {
  constexpr std::size_t kCellWidth = 25;
  std::vector<std::vector<std::string>> heads;
  std::size_t height = 1;
  for (std::size_t j = begin; j < end; ++j) {
    heads.push_back(wrapped(sweep.methods[j], kCellWidth));
    height = std::max(height, heads.back().size());
  }
  const auto named = [&](const std::vector<std::string>& names) {
    std::string line;
    for (std::size_t i = 0; i < table.widths.size(); ++i) {
      line += (i == 0 ? "" : "  ") + padded(i < names.size() ? names[i] : "", table.widths[i]);
    }
    return line;
  };
  std::string text;
  for (std::size_t i = 0; i < height; ++i) {
    std::string line = named(i + 1 == height ? table.heads : std::vector<std::string>());
    for (const auto& head : heads) {
      const std::size_t missing = height - head.size();
      line += "  " + padded(i < missing ? "" : head[i - missing], kCellWidth);
    }
    text += without_trailing_spaces(line) + "\n";
  }
  for (const TableLine& row : table.lines) {
    std::string line = named(row.names);
    for (std::size_t j = begin; j < end; ++j) {
      line += "  " + padded(cell_text(row.cells[j]), kCellWidth);
    }
    text += without_trailing_spaces(line) + "\n";
  }
  return text;
}

/// How many methods go side by side.
std::size_t methods_abreast(const TableText& table) {
  constexpr std::size_t kLineWidth = 100;
  constexpr std::size_t kCellWidth = 27;  // with the gap before it
  constexpr std::size_t kMost = 3;
  std::size_t names = 0;
  for (const std::size_t width : table.widths) names += width + (names == 0 ? 0 : 2);
  const std::size_t fitting = names < kLineWidth ? (kLineWidth - names) / kCellWidth : 0;
  return std::clamp<std::size_t>(fitting, 1, kMost);
}

std::string heading_of(const Sweep& sweep) {
  const std::string brackets =
      fmt::format("brackets: {} {}", percent(sweep.confidence), sweep.interval);
  if (sweep.keys.empty()) {
    return fmt::format("AUC with each class anomalous in turn: {}; {}", sweep.dataset, brackets);
  }
  std::size_t most = 0;
  for (const SweepPoint& point : points_of(sweep)) most = std::max(most, point.rows.size());
  if (most > 1) {
    return fmt::format("Mean AUC over up to {} classes that were anomalous in turn: {}; {}", most,
                       sweep.dataset, brackets);
  }
  return fmt::format("AUC: {}; {}", sweep.dataset, brackets);
}

}  // namespace

std::vector<SweepCell> mean_over_classes(const Sweep& sweep) {
  check(sweep);
  return means_of(sweep.rows, sweep.methods.size());
}

std::vector<SweepPoint> points_of(const Sweep& sweep) {
  check(sweep);
  std::vector<SweepPoint> points;
  for (const SweepRow& row : sweep.rows) {
    auto point = std::find_if(points.begin(), points.end(),
                              [&](const SweepPoint& known) { return known.values == row.values; });
    if (point == points.end()) point = points.insert(points.end(), {row.values, {}, {}});
    point->rows.push_back(row);
  }
  for (SweepPoint& point : points) point.means = means_of(point.rows, sweep.methods.size());
  return points;
}

void write_sweep_csv(const Sweep& sweep, const std::string& path) {
  std::string content;
  for (const std::string& key : sweep.keys) content += csv_field(key) + ",";
  content += "outlier,method,auc,lower,upper,confidence\n";
  for (const SweepPoint& point : points_of(sweep)) {
    std::string values;
    for (const std::string& value : point.values) values += csv_field(value) + ",";
    const auto add = [&](const std::string& name, const std::vector<SweepCell>& cells) {
      for (std::size_t j = 0; j < cells.size(); ++j) {
        content += fmt::format("{}{},{},{},{},{},{}\n", values, csv_field(name),
                               csv_field(sweep.methods[j]), csv_field(cells[j].auc),
                               csv_field(cells[j].lower), csv_field(cells[j].upper),
                               csv_field(sweep.confidence));
      }
    };
    for (const SweepRow& row : point.rows) add(row.outlier_name, row.cells);
    if (sweep.keys.empty() || point.rows.size() > 1) add("(mean)", point.means);
  }
  write_file(path, content);
}

std::string table(const Sweep& sweep) {
  std::string text = in_lines(heading_of(sweep));
  if (sweep.rows.empty() || sweep.methods.empty()) return text + "No runs.\n";
  const TableText lines = sweep.keys.empty() ? lines_of_classes(sweep) : lines_of_points(sweep);
  const std::size_t abreast = methods_abreast(lines);
  for (std::size_t begin = 0; begin < sweep.methods.size(); begin += abreast) {
    text += "\n" + block(sweep, lines, begin, std::min(sweep.methods.size(), begin + abreast));
  }
  const bool has_means = sweep.keys.empty() || sweep.rows.size() > lines.lines.size();
  return has_means ? text + "\n" + in_lines("The mean's interval treats the runs as independent.")
                   : text;
}

}  // namespace clvae::report
