#include "report/findings.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/text.hpp"

namespace clvae::report {

std::string name_of(const Reduction& reduction, std::size_t curve) {
  const Curve& named = reduction.curves.at(curve);
  const auto twins =
      std::count_if(reduction.curves.begin(), reduction.curves.end(),
                    [&named](const Curve& other) { return other.title == named.title; });
  if (twins < 2 || named.is_primary) return printable(named.title);
  return printable(fmt::format("{} ({})", named.title, named.merge));
}

std::string in_words(const Comparison& comparison, const Reduction& reduction) {
  const std::string first = name_of(reduction, comparison.first);
  const std::string second = name_of(reduction, comparison.second);
  std::string text =
      comparison.overtakes_at
          ? fmt::format("{} overtakes {} from size {} on", first, second, *comparison.overtakes_at)
          : fmt::format("{} does not surely overtake {} at any size here", first, second);
  if (comparison.rows.empty()) return text + ".";
  const reduce::ComparisonPoint& last = comparison.rows.back();
  if (!std::isfinite(last.difference)) return text + ".";
  text += fmt::format("; difference in AUC at size {}: {:+.4f}", last.size, last.difference);
  if (std::isfinite(last.lower) && std::isfinite(last.upper)) {
    text += fmt::format(" [{:+.4f}, {:+.4f}]", last.lower, last.upper);
  }
  return text + ".";
}

std::string in_words(const CurveForecast& forecast, const Reduction& reduction) {
  std::string text = name_of(reduction, forecast.curve) + ": ";
  if (forecast.members_needed) {
    text += fmt::format("about {} member{} for a {} curve interval of \u00b1{:.6g}",
                        grouped(*forecast.members_needed), *forecast.members_needed == 1 ? "" : "s",
                        percent(reduction.confidence), forecast.half_width);
  } else {
    text += "how many members an interval takes can't be told";
  }
  if (std::isfinite(forecast.asymptote)) {
    text += fmt::format("; with ever more members the AUC tends to {:.4f}", forecast.asymptote);
    if (std::isfinite(forecast.asymptote_interval.lower) &&
        std::isfinite(forecast.asymptote_interval.upper)) {
      text += " " + bracketed(forecast.asymptote_interval.lower, forecast.asymptote_interval.upper);
    }
  }
  text += ".";
  return forecast.note.empty() ? text : text + " " + printable(forecast.note);
}

std::string curve_interval_in_words(double confidence) {
  return fmt::format(
      "Curve interval ({}): for the mean AUC of k fresh members (k: the size), given this training "
      "set and outlier class. It doesn't say where one fresh ensemble will fall.",
      percent(confidence));
}

std::string total_interval_in_words(double confidence) {
  return fmt::format(
      "Total interval ({}): the same with the chance of the test sample added. Quote it where the "
      "result is compared with other test sets or papers, and the curve interval where all "
      "methods share this test set.",
      percent(confidence));
}

}  // namespace clvae::report
