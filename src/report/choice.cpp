#include "report/choice.hpp"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "reduce/statistics.hpp"
#include "report/files.hpp"
#include "report/terminal.hpp"
#include "report/text.hpp"

namespace clvae::report {

namespace {

using Json = nlohmann::ordered_json;

void check(const Choosing& choosing) {
  for (const Candidate& candidate : choosing.candidates) {
    if (candidate.values.size() == choosing.keys.size() &&
        candidate.cells.size() == choosing.classes.size()) {
      continue;
    }
    throw UsageError(fmt::format("settings of {} values and {} classes; expected {} and {}",
                                 candidate.values.size(), candidate.cells.size(),
                                 choosing.keys.size(), choosing.classes.size()));
  }
}

/// As the mean of a sweep's table.
SweepCell mean_of(const Candidate& candidate) {
  Sweep sweep;
  sweep.methods = {""};
  for (const SweepCell& cell : candidate.cells) sweep.rows.push_back({"", {cell}});
  return mean_over_classes(sweep).front();
}

PairedDifference difference_of(const Candidate& one, const Candidate& other, double confidence) {
  const auto count = static_cast<double>(one.cells.size());
  PairedDifference difference{0, kUnknown, kUnknown};
  for (std::size_t i = 0; i < one.cells.size(); ++i) {
    difference.mean += (one.cells[i].auc - other.cells[i].auc) / count;
  }
  if (one.cells.size() < 2) return difference;
  double squares = 0;
  for (std::size_t i = 0; i < one.cells.size(); ++i) {
    const double deviation = one.cells[i].auc - other.cells[i].auc - difference.mean;
    squares += deviation * deviation;
  }
  const double half = reduce::student_quantile(0.5 + confidence / 2, count - 1) *
                      std::sqrt(squares / (count - 1) / count);
  difference.lower = difference.mean - half;
  difference.upper = difference.mean + half;
  return difference;
}

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json settings_json(const Choosing& choosing, const Candidate& candidate) {
  Json settings = Json::object();
  for (std::size_t i = 0; i < choosing.keys.size(); ++i) {
    settings[choosing.keys[i]] = candidate.values[i];
  }
  return settings;
}

}  // namespace

Choice choice_of(const Choosing& choosing) {
  check(choosing);
  Choice choice;
  std::optional<std::size_t> first;
  std::vector<SweepCell> means;
  for (const Candidate& candidate : choosing.candidates) means.push_back(mean_of(candidate));
  for (std::size_t i = 0; i < means.size(); ++i) {
    if (!std::isfinite(means[i].auc)) continue;
    if (!first || means[i].auc > means[*first].auc) {
      choice.runner_up = first;
      first = i;
    } else if (!choice.runner_up || means[i].auc > means[*choice.runner_up].auc) {
      choice.runner_up = i;
    }
  }
  if (!first) throw RunError("no settings have a run for each choosing class: nothing is chosen");
  choice.chosen = *first;
  choice.mean = means[*first];
  if (choice.runner_up) {
    choice.gain = difference_of(choosing.candidates[choice.chosen],
                                choosing.candidates[*choice.runner_up], choosing.confidence);
  }
  return choice;
}

std::string settings_in_words(const std::vector<std::string>& keys,
                              const std::vector<std::string>& values) {
  std::string text;
  for (std::size_t i = 0; i < keys.size() && i < values.size(); ++i) {
    text += fmt::format("{}{}={}", i == 0 ? "" : ", ", keys[i], values[i]);
  }
  return text.empty() ? "the config as it is" : text;
}

std::string describe(const Choosing& choosing, const Choice& choice) {
  const Candidate& chosen = choosing.candidates.at(choice.chosen);
  std::string text = in_lines(fmt::format(
      "Chosen on classes {} by the AUC of {}: {}, mean AUC {} {}. That is the best of {} and so "
      "flattered: the classes reported on tell what it is worth.",
      fmt::join(choosing.classes, ", "), choosing.criterion,
      settings_in_words(choosing.keys, chosen.values), four_digits(choice.mean.auc),
      bracketed(choice.mean.lower, choice.mean.upper), choosing.candidates.size()));
  if (!choice.runner_up) return text;
  const Candidate& next = choosing.candidates.at(*choice.runner_up);
  std::string line = fmt::format("The next is {}, behind by {:.4f} on average",
                                 settings_in_words(choosing.keys, next.values), choice.gain.mean);
  if (std::isfinite(choice.gain.lower)) {
    line += fmt::format(
        ", {} interval [{:+.4f}, {:+.4f}] over the classes{}", percent(choosing.confidence),
        choice.gain.lower, choice.gain.upper,
        choice.gain.lower <= 0 ? ": other classes may have chosen that one as well" : "");
  }
  return text + in_lines(line + ".");
}

void write_choice_json(const Choosing& choosing, const Choice& choice, const std::string& path) {
  Json candidates = Json::array();
  for (const Candidate& candidate : choosing.candidates) {
    Json aucs = Json::object();
    for (std::size_t i = 0; i < choosing.classes.size(); ++i) {
      aucs[choosing.classes[i]] = number(candidate.cells[i].auc);
    }
    candidates.push_back({{"settings", settings_json(choosing, candidate)},
                          {"mean_auc", number(mean_of(candidate).auc)},
                          {"auc", std::move(aucs)}});
  }
  Json root = {{"format", "clvae choice"},
               {"version", 1},
               {"dataset", choosing.dataset},
               {"choosing_classes", choosing.classes},
               {"reported_classes", choosing.reported},
               {"criterion", choosing.criterion},
               {"confidence", choosing.confidence},
               {"chosen", settings_json(choosing, choosing.candidates.at(choice.chosen))},
               {"mean_auc", number(choice.mean.auc)},
               {"lower", number(choice.mean.lower)},
               {"upper", number(choice.mean.upper)}};
  if (choice.runner_up) {
    root["runner_up"] = settings_json(choosing, choosing.candidates.at(*choice.runner_up));
    root["gain"] = {{"mean", number(choice.gain.mean)},
                    {"lower", number(choice.gain.lower)},
                    {"upper", number(choice.gain.upper)}};
  }
  root["candidates"] = std::move(candidates);
  write_file(path, root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace clvae::report
