#include "report/latex.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "report/files.hpp"
#include "report/text.hpp"

namespace clvae::report {

namespace {

std::string latex_number(double value) { return std::isfinite(value) ? four_digits(value) : "--"; }

std::string latex_interval(const reduce::Interval& interval) {
  if (!std::isfinite(interval.lower) || !std::isfinite(interval.upper)) return "--";
  return fmt::format("[{}, {}]", four_digits(interval.lower), four_digits(interval.upper));
}

/// Whether the comparisons say so of every other primary curve.
bool is_surely_best(const Reduction& reduction, std::size_t curve) {
  std::size_t others = 0;
  for (std::size_t i = 0; i < reduction.curves.size(); ++i) {
    others += i != curve && reduction.curves[i].is_primary ? 1U : 0U;
  }
  std::size_t beaten = 0;
  for (const Comparison& comparison : reduction.comparisons) {
    // The first is the one that is ahead.
    if (comparison.first != curve || comparison.rows.empty()) continue;
    if (!reduction.curves[comparison.second].is_primary) continue;
    beaten += comparison.rows.back().one_sided_lower > 0 ? 1U : 0U;
  }
  return others > 0 && beaten == others;
}

/// Letters alone, as names of macros have them: "peak_normalised" becomes "PeakNormalised".
std::string macro_part(const std::string& word) {
  constexpr std::array<std::string_view, 10> kDigits{"Zero", "One", "Two",   "Three", "Four",
                                                     "Five", "Six", "Seven", "Eight", "Nine"};
  std::string part;
  bool starts_word = true;
  for (const char letter : word) {
    const auto byte = static_cast<unsigned char>(letter);
    if (std::isdigit(byte) != 0) {
      part += kDigits.at(static_cast<std::size_t>(letter - '0'));
    } else if (byte < 0x80 && std::isalpha(byte) != 0) {
      part += starts_word ? static_cast<char>(std::toupper(byte)) : letter;
    }
    starts_word = std::isalpha(byte) == 0;
  }
  return part;
}

}  // namespace

std::string latex_text(const std::string& text) {
  constexpr std::array<std::pair<char, std::string_view>, 10> kSpecial{
      {{'\\', "\\textbackslash{}"},
       {'{', "\\{"},
       {'}', "\\}"},
       {'$', "\\$"},
       {'&', "\\&"},
       {'#', "\\#"},
       {'_', "\\_"},
       {'%', "\\%"},
       {'~', "\\textasciitilde{}"},
       {'^', "\\textasciicircum{}"}}};
  std::string escaped;
  for (const char letter : text) {
    const auto found = std::find_if(kSpecial.begin(), kSpecial.end(),
                                    [letter](const auto& entry) { return entry.first == letter; });
    if (found != kSpecial.end()) {
      escaped += found->second;
    } else if (static_cast<unsigned char>(letter) >= ' ' && letter != 0x7F) {
      escaped += letter;
    }
  }
  return escaped;
}

void write_latex_tables(const Reduction& reduction, const std::string& path) {
  const std::string confidence = latex_text(percent(reduction.confidence));
  std::string outliers;
  for (const std::string& name : reduction.outlier_names) {
    outliers += (outliers.empty() ? "" : ", ") + name;
  }
  std::string content = fmt::format(
      "% {}, anomalies: {}; {} test inliers, {} test outliers. Needs \\usepackage{{booktabs}}.\n"
      "% Bold: surely above all others, by a one-sided bound of {} %.\n"
      "\\begin{{tabular}}{{lrrllrr}}\n\\toprule\n"
      "Method & $N$ & AUC & {} curve & {} total & AUPR & FPR95 \\\\\n\\midrule\n",
      latex_text(reduction.dataset), latex_text(outliers), reduction.test_inliers,
      reduction.test_outliers, 100 * reduction.confidence, confidence, confidence);
  for (std::size_t i = 0; i < reduction.curves.size(); ++i) {
    const Curve& curve = reduction.curves[i];
    if (!curve.is_primary || curve.rows.empty()) continue;
    const reduce::CurvePoint& last = curve.rows.back();
    const std::string auc = latex_number(last.mean);
    content +=
        fmt::format("{} & {} & {} & {} & {} & {} & {} \\\\\n", latex_text(curve.title),
                    curve.achieved, is_surely_best(reduction, i) ? "\\textbf{" + auc + "}" : auc,
                    latex_interval(last.curve), latex_interval(last.total),
                    latex_number(last.average_precision), latex_number(last.fpr_at_95_tpr));
  }
  write_file(path, content + "\\bottomrule\n\\end{tabular}\n");
}

void write_latex_results(const Reduction& reduction, const std::string& path) {
  std::string content = "% Numbers of the primary curves at their largest ensembles.\n";
  std::set<std::string> names;
  for (const Curve& curve : reduction.curves) {
    if (!curve.is_primary || curve.rows.empty()) continue;
    const std::string name =
        macro_part(curve.method) + macro_part(curve.score) + macro_part(curve.merge);
    if (!names.insert(name).second) continue;
    const reduce::CurvePoint& last = curve.rows.back();
    const auto add = [&](const char* what, const std::string& value) {
      content += fmt::format("\\newcommand{{\\{}{}}}{{{}}}\n", name, what, value);
    };
    add("Members", std::to_string(curve.achieved));
    add("Auc", latex_number(last.mean));
    add("AucLower", latex_number(last.curve.lower));
    add("AucUpper", latex_number(last.curve.upper));
    add("AucTotalLower", latex_number(last.total.lower));
    add("AucTotalUpper", latex_number(last.total.upper));
    add("Aupr", latex_number(last.average_precision));
    add("Fpr", latex_number(last.fpr_at_95_tpr));
  }
  write_file(path, content);
}

}  // namespace clvae::report
