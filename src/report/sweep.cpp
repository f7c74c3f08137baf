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
    if (row.cells.size() == sweep.methods.size()) continue;
    throw UsageError(fmt::format("a sweep's row \"{}\" has {} cells for {} methods",
                                 row.outlier_name, row.cells.size(), sweep.methods.size()));
  }
}

std::string cell_text(const SweepCell& cell) {
  std::string text = four_digits(cell.auc);
  if (std::isfinite(cell.lower) && std::isfinite(cell.upper)) {
    text += " " + bracketed(cell.lower, cell.upper);
  }
  return text;
}

/// Some methods side by side.
std::string block(const Sweep& sweep, const std::vector<SweepCell>& means, std::size_t begin,
                  std::size_t end) {
  constexpr std::size_t kNameWidth = 16;
  constexpr std::size_t kCellWidth = 25;
  std::vector<std::vector<std::string>> heads;
  std::size_t height = 1;
  for (std::size_t j = begin; j < end; ++j) {
    heads.push_back(wrapped(sweep.methods[j], kCellWidth));
    height = std::max(height, heads.back().size());
  }
  std::string text;
  for (std::size_t i = 0; i < height; ++i) {
    std::string line = padded(i + 1 == height ? "outlier class" : "", kNameWidth);
    for (const auto& head : heads) {
      const std::size_t missing = height - head.size();
      line += "  " + padded(i < missing ? "" : head[i - missing], kCellWidth);
    }
    text += without_trailing_spaces(line) + "\n";
  }
  const auto add = [&](const std::string& name, const std::vector<SweepCell>& cells) {
    std::string line = padded(shortened(name, kNameWidth), kNameWidth);
    for (std::size_t j = begin; j < end; ++j)
      line += "  " + padded(cell_text(cells[j]), kCellWidth);
    text += without_trailing_spaces(line) + "\n";
  };
  for (const SweepRow& row : sweep.rows) add(row.outlier_name, row.cells);
  add("mean", means);
  return text;
}

}  // namespace

std::vector<SweepCell> mean_over_classes(const Sweep& sweep) {
  check(sweep);
  std::vector<SweepCell> means(sweep.methods.size());
  const auto count = static_cast<double>(sweep.rows.size());
  for (std::size_t j = 0; j < means.size() && !sweep.rows.empty(); ++j) {
    double sum = 0;
    double below = 0;
    double above = 0;
    for (const SweepRow& row : sweep.rows) {
      const SweepCell& cell = row.cells[j];
      sum += cell.auc;
      below += (cell.auc - cell.lower) * (cell.auc - cell.lower);
      above += (cell.upper - cell.auc) * (cell.upper - cell.auc);
    }
    means[j] = {sum / count, (sum - std::sqrt(below)) / count, (sum + std::sqrt(above)) / count};
  }
  return means;
}

void write_sweep_csv(const Sweep& sweep, const std::string& path) {
  check(sweep);
  std::string content = "outlier,method,auc,lower,upper,confidence\n";
  const auto add = [&](const std::string& name, const std::vector<SweepCell>& cells) {
    for (std::size_t j = 0; j < cells.size(); ++j) {
      content += fmt::format("{},{},{},{},{},{}\n", csv_field(name), csv_field(sweep.methods[j]),
                             csv_field(cells[j].auc), csv_field(cells[j].lower),
                             csv_field(cells[j].upper), csv_field(sweep.confidence));
    }
  };
  for (const SweepRow& row : sweep.rows) add(row.outlier_name, row.cells);
  if (!sweep.rows.empty()) add("(mean)", mean_over_classes(sweep));
  write_file(path, content);
}

std::string table(const Sweep& sweep) {
  constexpr std::size_t kAbreast = 3;
  const std::vector<SweepCell> means = mean_over_classes(sweep);
  std::string text =
      in_lines(fmt::format("AUC with each class anomalous in turn: {}; brackets: {} {}",
                           sweep.dataset, percent(sweep.confidence), sweep.interval));
  if (sweep.rows.empty() || sweep.methods.empty()) return text + "No runs.\n";
  for (std::size_t begin = 0; begin < sweep.methods.size(); begin += kAbreast) {
    text += "\n" + block(sweep, means, begin, std::min(sweep.methods.size(), begin + kAbreast));
  }
  return text + "\n" + in_lines("The mean's interval treats the runs as independent.");
}

}  // namespace clvae::report
