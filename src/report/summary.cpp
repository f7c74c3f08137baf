#include "report/summary.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "report/files.hpp"
#include "report/html.hpp"
#include "report/summary_tables.hpp"
#include "report/text.hpp"

namespace clvae::report {

namespace {

/// SVGs up to this size go onto the page; beyond it the PNG is quicker to show.
constexpr std::size_t kHeaviestSvg = 300'000;

std::string figure_content(const std::string& path) {
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream || stream.bad() || content.empty()) {
    throw IoError(path, "read the figure", errno != 0 ? errno : ENODATA);
  }
  return content;
}

/// Attributes of an image. As an image an SVG can't run anything, and its names don't meet those
/// of another figure.
std::string image_source(const std::string& svg_path) {
  const std::string svg = figure_content(svg_path);
  if (svg.size() <= kHeaviestSvg) {
    return fmt::format("src=\"data:image/svg+xml;base64,{}\"", base64(svg));
  }
  const std::string png_path = std::filesystem::path(svg_path).replace_extension(".png").string();
  const std::string png = figure_content(png_path);
  // As wide as the SVG: our PNGs have three pixels to a point. A PNG's width is its second word.
  constexpr std::size_t kWidthAt = 16;
  constexpr std::uint32_t kPixelsPerPoint = 3;
  std::uint32_t width = 0;
  for (std::size_t i = kWidthAt; i < kWidthAt + 4 && i < png.size(); ++i) {
    width = width << 8U | static_cast<unsigned char>(png[i]);
  }
  return fmt::format("width=\"{}\" src=\"data:image/png;base64,{}\"", width / kPixelsPerPoint,
                     base64(png));
}

HtmlPart figures_part(const std::vector<SummaryFigure>& figures) {
  std::string html;
  std::vector<std::string> titles;
  for (const SummaryFigure& figure : figures) {
    html += fmt::format(
        "<figure id=\"{}\"><div class=\"picture\" tabindex=\"0\"><img {} alt=\"{}\" /></div>\n"
        "<figcaption><b>{}.</b> {}</figcaption></figure>\n",
        anchor(figure.title), image_source(figure.svg_path), escaped(figure.alternative),
        escaped(figure.title), escaped(figure.caption));
    titles.push_back(figure.title);
  }
  return {"Figures", html, titles};
}

/// What ran, as far as the reduction says it, and then what the caller adds.
std::vector<Fact> facts_of(const SummaryPage& page) {
  constexpr std::size_t kNamesWidth = 300;
  std::vector<Fact> facts;
  if (page.reduction) {
    const Reduction& run = *page.reduction;
    facts.emplace_back("Dataset", run.dataset);
    facts.emplace_back("Anomalies", outliers_in_words(run.outlier_names, kNamesWidth));
    facts.emplace_back("Test set", fmt::format("{} inliers, {} outliers", grouped(run.test_inliers),
                                               grouped(run.test_outliers)));
  }
  facts.insert(facts.end(), page.facts.begin(), page.facts.end());
  return facts;
}

/// How sure an AUC is, by the widest interval that is known.
std::string interval_in_words(const reduce::CurvePoint& row, double confidence) {
  const auto words = [confidence](const char* name, double lower, double upper) {
    return fmt::format(" ({} {} interval {:.4f} to {:.4f})", percent(confidence), name, lower,
                       upper);
  };
  if (std::isfinite(row.total.lower)) return words("total", row.total.lower, row.total.upper);
  if (has_curve_interval(row)) return words("curve", row.curve.lower, row.curve.upper);
  return "";
}

std::string members_in_words(std::size_t count) {
  return count == 1 ? "one member" : fmt::format("{} members", count);
}

/// The primary curves that have rows, the best at its largest size first.
std::vector<const Curve*> ranked(const Reduction& reduction) {
  std::vector<const Curve*> curves;
  for (const Curve& curve : reduction.curves) {
    if (curve.is_primary && !curve.rows.empty()) curves.push_back(&curve);
  }
  std::stable_sort(curves.begin(), curves.end(), [](const Curve* a, const Curve* b) {
    return a->rows.back().mean > b->rows.back().mean;
  });
  return curves;
}

std::string config_html(const std::string& config) {
  return config.empty() ? "" : "<pre tabindex=\"0\">" + escaped_lines(config) + "</pre>\n";
}

std::string caption_of_evaluation(const SummaryPage& page) {
  const Evaluation& evaluation = *page.evaluation;
  if (page.sweep) {
    return "Each set against the largest ensembles: the mean over the runs. evaluate.csv has each of "
           "them.";
  }
  return fmt::format(
      "{} inliers against each set, all members merged; below the AUROC its {} curve interval, given "
      "these samples. FPR@95: share of inliers flagged where 95 % of the set are; AUPR_IN and "
      "AUPR_OUT: area under precision and recall with inliers and with the set as positives; ACC: "
      "share of inliers whose own class scores highest.",
      grouped(evaluation.inliers), percent(evaluation.confidence));
}

/// What came out first: figures, then tables; then what it came from.
std::vector<HtmlPart> parts_of(const SummaryPage& page) {
  std::vector<HtmlPart> parts{figures_part(page.figures)};
  if (page.sweep) {
    parts.push_back({page.sweep->keys.empty() ? "Every class in turn" : "Settings that were tried",
                     sweep_html(*page.sweep)});
  }
  if (page.choosing) {
    parts.push_back({"Settings that were chosen among, on classes that are not reported on",
                     sweep_html(*page.choosing)});
  }
  if (page.reduction) {
    const Reduction& run = *page.reduction;
    parts.push_back({"AUC at each ensemble size", curves_html(run)});
    parts.push_back({"Largest ensembles", largest_html(run)});
    parts.push_back({"Comparisons", comparisons_html(run)});
    parts.push_back({"Forecasts", forecasts_html(run)});
  }
  if (page.evaluation) {
    parts.push_back({"Other data as the anomaly",
                     evaluation_html(*page.evaluation, caption_of_evaluation(page))});
  }
  parts.push_back({"Members", members_html(page.members)});
  parts.push_back({"What ran", facts_html("The run", facts_of(page))});
  parts.push_back({"Timings", facts_html("Where the time went", page.timings)});
  parts.push_back({"Versions", facts_html("What computed it", page.versions)});
  parts.push_back({"Config", config_html(page.config)});
  return parts;
}

std::string head(const SummaryPage& page) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n" +
         element("title", page.title) + "\n<style>" + style_sheet() + "</style>\n</head>\n";
}

}  // namespace

std::string key_result(const Reduction& reduction) {
  constexpr std::size_t kNamesWidth = 80;
  const std::vector<const Curve*> curves = ranked(reduction);
  if (curves.empty()) return "No method has a member that took part.";
  const Curve& best = *curves.front();
  const reduce::CurvePoint& last = best.rows.back();
  std::string text = fmt::format(
      "On {} with {}, {} has a mean AUC of {:.4f} with {}{}", printable(reduction.dataset),
      outliers_in_words(reduction.outlier_names, kNamesWidth), printable(best.title), last.mean,
      members_in_words(last.size), interval_in_words(last, reduction.confidence));
  if (best.rows.size() > 1) {
    text += fmt::format("; {} alone has {:.4f}", members_in_words(best.rows.front().size),
                        best.rows.front().mean);
  }
  text += ".";
  if (curves.size() == 1) return text;
  const Curve& next = *curves[1];
  return text + fmt::format(" It is the best of {} methods here; the next is {} with {:.4f}.",
                            curves.size(), printable(next.title), next.rows.back().mean);
}

void write_summary(const SummaryPage& page, const std::string& path) {
  std::string html = head(page) + "<body>\n<header>\n" + element("h1", page.title) + "\n";
  if (page.reduction) {
    html += "<p class=\"lead\">" + escaped(key_result(*page.reduction)) + "</p>\n";
  }
  html += "</header>\n<main>\n";
  write_file(path, html + html_of(parts_of(page)) + "</main>\n</body>\n</html>\n");
}

}  // namespace clvae::report
