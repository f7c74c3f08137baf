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

/// The macros of a run, in the order in which they are added; of two of one name the first counts.
class Macros {
 public:
  void add(const std::string& name, const std::string& value) {
    if (!names_.insert(name).second) return;
    content_ += fmt::format("\\ClvaeNumber{{{}}}{{{}}}\n", name, value);
  }
  /// A number with its bounds.
  void add(const std::string& name, double value, const reduce::Interval& interval) {
    add(name, latex_number(value));
    add(name + "Lower", latex_number(interval.lower));
    add(name + "Upper", latex_number(interval.upper));
  }
  const std::string& content() const { return content_; }

 private:
  std::set<std::string> names_;
  std::string content_;
};

std::string macro_name(const Curve& curve) {
  return macro_part(curve.method) + macro_part(curve.score) + macro_part(curve.merge);
}

void add_curve(const Curve& curve, Macros& macros) {
  const std::string name = macro_name(curve);
  const reduce::CurvePoint& last = curve.rows.back();
  macros.add(name + "Members", std::to_string(curve.achieved));
  macros.add(name + "Auc", last.mean, last.curve);
  macros.add(name + "AucTotalLower", latex_number(last.total.lower));
  macros.add(name + "AucTotalUpper", latex_number(last.total.upper));
  macros.add(name + "AucOfOne", latex_number(curve.rows.front().mean));
  macros.add(name + "Aupr", latex_number(last.average_precision));
  macros.add(name + "Fpr", latex_number(last.fpr_at_95_tpr));
}

/// What the first gains over the second at the largest size that both have.
void add_comparison(const Reduction& reduction, const Comparison& comparison, Macros& macros) {
  const Curve& first = reduction.curves[comparison.first];
  const Curve& second = reduction.curves[comparison.second];
  if (!first.is_primary || !second.is_primary || comparison.rows.empty()) return;
  const std::string name = macro_name(first) + "Over" + macro_name(second);
  const reduce::ComparisonPoint& last = comparison.rows.back();
  macros.add(name, last.difference, {last.lower, last.upper});
  macros.add(name + "From",
             comparison.overtakes_at ? std::to_string(*comparison.overtakes_at) : "--");
}

constexpr const char* kResultsHead =
    "% Numbers of the primary curves at their largest ensembles: \\input gives a macro for each of "
    "the\n% names below, such as \\ClvaeTestInliers. Of several runs, each but one needs a word "
    "before its\n% names: \\renewcommand{\\ClvaeRun}{Fashion} before its \\input makes them "
    "\\FashionClvaeTestInliers\n% and so on.\n"
    "\\providecommand{\\ClvaeRun}{}\n"
    "\\providecommand{\\ClvaeNumber}[2]{\\expandafter\\newcommand\\csname\\ClvaeRun#1\\endcsname{#2}}\n";

}  // namespace

std::string latex_text(const std::string& text) {
  constexpr std::array<std::pair<char, std::string_view>, 13> kSpecial{
      {{'\\', "\\textbackslash{}"},
       {'{', "\\{"},
       {'}', "\\}"},
       {'$', "\\$"},
       {'&', "\\&"},
       {'#', "\\#"},
       {'_', "\\_"},
       {'%', "\\%"},
       {'~', "\\textasciitilde{}"},
       {'^', "\\textasciicircum{}"},
       // These print as other characters in LaTeX's first encoding of fonts.
       {'<', "\\textless{}"},
       {'>', "\\textgreater{}"},
       {'|', "\\textbar{}"}}};
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kWide{
      {{"\u2026", "\\ldots{}"}, {"\uFFFD", "?"}}};
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto wide = std::find_if(kWide.begin(), kWide.end(), [&text, i](const auto& entry) {
      return text.compare(i, entry.first.size(), entry.first) == 0;
    });
    if (wide != kWide.end()) {
      escaped += wide->second;
      i += wide->first.size() - 1;
      continue;
    }
    const char letter = text[i];
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
  Macros macros;
  macros.add("ClvaeDataset", latex_text(reduction.dataset));
  macros.add("ClvaeTestInliers", std::to_string(reduction.test_inliers));
  macros.add("ClvaeTestOutliers", std::to_string(reduction.test_outliers));
  macros.add("ClvaeConfidence", latex_text(percent(reduction.confidence)));
  for (const Curve& curve : reduction.curves) {
    if (curve.is_primary && !curve.rows.empty()) add_curve(curve, macros);
  }
  for (const Comparison& comparison : reduction.comparisons) {
    add_comparison(reduction, comparison, macros);
  }
  write_file(path, kResultsHead + macros.content());
}

void write_latex_sweep(const Sweep& sweep, const std::string& path) {
  std::string content = fmt::format(
      "% {}: AUC of the runs of a sweep; below it the {} {}. Needs "
      "\\usepackage{{booktabs}}.\n\\begin{{tabular}}{{{}l{}}}\n\\toprule\n",
      latex_text(sweep.dataset), latex_text(percent(sweep.confidence)), sweep.interval,
      std::string(sweep.keys.size(), 'l'), std::string(sweep.methods.size(), 'c'));
  for (const std::string& key : sweep.keys) content += latex_text(key) + " & ";
  content += "Outlier class";
  for (const std::string& method : sweep.methods) content += " & " + latex_text(method);
  content += " \\\\\n";
  const auto add = [&](const std::vector<std::string>& values, const std::string& name,
                       const std::vector<SweepCell>& cells) {
    for (const std::string& value : values) content += latex_text(value) + " & ";
    std::string below;
    for (std::size_t i = 0; i < values.size(); ++i) below += " & ";
    content += latex_text(name);
    for (const SweepCell& cell : cells) {
      content += " & " + latex_number(cell.auc);
      below += " & {\\footnotesize " + latex_interval({cell.lower, cell.upper}) + "}";
    }
    content += " \\\\\n" + below + " \\\\\n";
  };
  for (const SweepPoint& point : points_of(sweep)) {
    content += "\\midrule\n";
    for (const SweepRow& row : point.rows) add(point.values, row.outlier_name, row.cells);
    // A sweep over classes alone has its mean even where only one class was taken.
    if (point.rows.size() < 2 && !sweep.keys.empty()) continue;
    content += sweep.keys.empty() ? std::string("\\midrule\n")
                                  : fmt::format("\\cmidrule{{1-{}}}\n",
                                                sweep.keys.size() + 1 + sweep.methods.size());
    add(point.values, "Mean", point.means);
  }
  write_file(path, content + "\\bottomrule\n\\end{tabular}\n");
}

void write_latex_evaluation(const Evaluation& evaluation, const std::string& path) {
  std::string content = fmt::format(
      "% {}: {} inliers against each set, all members merged; beside the AUROC its {} curve "
      "interval, given these samples. Needs \\usepackage{{booktabs}}.\n"
      "\\begin{{tabular}}{{ll*{{6}}{{c}}}}\n\\toprule\n"
      "Set & Method & AUROC & & FPR@95 & AUPR-In & AUPR-Out & ACC \\\\\n",
      latex_text(evaluation.run), grouped(evaluation.inliers),
      latex_text(percent(evaluation.confidence)));
  std::string set;
  for (const EvaluationRow& row : with_means(evaluation)) {
    if (!row.is_primary) continue;
    const bool is_new = row.set != set;
    if (is_new) content += "\\midrule\n" + latex_text(row.set);
    set = row.set;
    content += fmt::format(" & {} & {} & {{\\footnotesize {}}}", latex_text(row.title),
                           latex_number(row.auroc), latex_interval(row.curve));
    for (const double share : {row.fpr_at_95_tpr, row.aupr_in, row.aupr_out, row.accuracy}) {
      content += " & " + latex_number(share);
    }
    content += " \\\\\n";
  }
  write_file(path, content + "\\bottomrule\n\\end{tabular}\n");
}

}  // namespace clvae::report
