#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "clvae/report/report.hpp"
#include "text.hpp"

namespace clvae::report {

namespace {

constexpr std::size_t kWidth = 96;
constexpr std::size_t kCellWidth = 24;
constexpr std::size_t kCurvesAbreast = 3;
constexpr const char* kGap = "    ";

using CurveIterator = std::vector<Curve>::const_iterator;

/// 1, 2, 5, 10, 20, 50, ... as far as there are members, and each curve's largest ensemble.
std::set<std::size_t> shown_sizes(CurveIterator begin, CurveIterator end) {
  std::set<std::size_t> sizes;
  std::size_t largest = 0;
  for (auto curve = begin; curve != end; ++curve) {
    if (curve->rows.empty()) continue;
    sizes.insert(curve->rows.back().size);
    largest = std::max(largest, curve->rows.back().size);
  }
  for (std::size_t decade = 1; decade <= largest; decade *= 10) {
    for (const std::size_t digit : {std::size_t{1}, std::size_t{2}, std::size_t{5}}) {
      if (digit * decade <= largest) sizes.insert(digit * decade);
    }
  }
  return sizes;
}

std::string cell(const Curve& curve, std::size_t size) {
  const auto row = std::find_if(curve.rows.begin(), curve.rows.end(),
                                [size](const CurveRow& other) { return other.size == size; });
  if (row == curve.rows.end()) return "";
  if (!has_interval(*row)) return fmt::format("{:.4f}", row->mean);
  return fmt::format("{:.4f}  [{:.4f}, {:.4f}]", row->mean, row->lower, row->upper);
}

/// What stands above a curve's numbers: its title and how many members took part.
std::vector<std::string> headings(const Curve& curve, double confidence) {
  std::vector<std::string> lines = wrapped(curve.title, kCellWidth);
  for (const std::string& line : wrapped(
           fmt::format("N = {} of {} requested", curve.achieved, curve.requested), kCellWidth)) {
    lines.push_back(line);
  }
  lines.push_back(has_interval(curve) ? fmt::format("AUC     {} interval", percent(confidence))
                                      : std::string("AUC"));
  return lines;
}

std::string without_trailing_spaces(const std::string& line) {
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

/// A few curves side by side.
std::string block(CurveIterator begin, CurveIterator end, double confidence) {
  std::vector<std::vector<std::string>> heads;
  std::size_t height = 0;
  for (auto curve = begin; curve != end; ++curve) {
    heads.push_back(headings(*curve, confidence));
    height = std::max(height, heads.back().size());
  }
  std::string text;
  for (std::size_t i = 0; i < height; ++i) {
    std::string line = fmt::format("{:>6}", i + 1 == height ? "size" : "");
    for (const auto& head : heads) {
      // Short headings stand at the bottom, next to their numbers.
      const std::size_t missing = height - head.size();
      line += fmt::format("{}{:<{}}", kGap, i < missing ? "" : head[i - missing], kCellWidth);
    }
    text += without_trailing_spaces(line) + "\n";
  }
  for (const std::size_t size : shown_sizes(begin, end)) {
    std::string line = fmt::format("{:>6}", size);
    for (auto curve = begin; curve != end; ++curve) {
      line += fmt::format("{}{:<{}}", kGap, cell(*curve, size), kCellWidth);
    }
    text += without_trailing_spaces(line) + "\n";
  }
  return text;
}

std::string in_lines(const std::string& text) {
  std::string lines;
  for (const std::string& line : wrapped(text, kWidth)) lines += line + "\n";
  return lines;
}

}  // namespace

std::string table(const Reduction& reduction) {
  constexpr std::size_t kNamesWidth = 200;
  const auto& curves = reduction.curves;
  std::string text =
      in_lines(fmt::format("AUC against ensemble size: {}, {}; {} test inliers, {} "
                           "test outliers",
                           reduction.dataset, outliers_in_words(reduction, kNamesWidth),
                           grouped(reduction.test_inliers), grouped(reduction.test_outliers)));
  if (curves.empty()) return text + "No curves.\n";
  for (std::size_t begin = 0; begin < curves.size(); begin += kCurvesAbreast) {
    const std::size_t end = std::min(curves.size(), begin + kCurvesAbreast);
    text += "\n" + block(curves.begin() + static_cast<std::ptrdiff_t>(begin),
                         curves.begin() + static_cast<std::ptrdiff_t>(end), reduction.confidence);
  }
  text += "\n";
  const auto with_interval = [](const Curve& curve) { return has_interval(curve); };
  if (std::any_of(curves.begin(), curves.end(), with_interval)) {
    text += in_lines(fmt::format(
        "Brackets: {} curve interval, for the mean AUC of k fresh members (k: the size), given "
        "this training set and outlier class. It doesn't say where one fresh ensemble will fall.",
        percent(reduction.confidence)));
  }
  if (!std::all_of(curves.begin(), curves.end(), with_interval)) {
    text += in_lines("A single member has no interval: at least two must take part.");
  }
  return text;
}

}  // namespace clvae::report
