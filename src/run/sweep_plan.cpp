#include "run/sweep_plan.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "data/dataset.hpp"
#include "run/dataset.hpp"
#include "run/experiment.hpp"

namespace clvae::run {

namespace {

std::vector<std::string> pieces_of(const std::string& words) {
  std::vector<std::string> pieces(1);
  for (const char letter : words) {
    if (letter == ',') {
      pieces.emplace_back();
    } else {
      pieces.back() += letter;
    }
  }
  return pieces;
}

/// First and last of "5-9"; nothing for any other word.
std::optional<std::pair<int, int>> range_in(const std::string& word) {
  constexpr std::size_t kMostDigits = 6;
  const std::size_t dash = word.find('-');
  if (dash == std::string::npos) return std::nullopt;
  const std::string first = word.substr(0, dash);
  const std::string last = word.substr(dash + 1);
  for (const std::string& number : {first, last}) {
    const bool is_number = !number.empty() && number.size() <= kMostDigits &&
                           number.find_first_not_of("0123456789") == std::string::npos;
    if (!is_number) return std::nullopt;
  }
  return std::pair{std::stoi(first), std::stoi(last)};
}

bool is_class(const std::string& word, const std::vector<std::string>& class_names) {
  return std::find(class_names.begin(), class_names.end(), word) != class_names.end();
}

std::string name_of_set(const std::vector<int>& classes) {
  return fmt::format("outlier_{}", fmt::join(classes, "_"));
}

std::string joined_path(const std::string& folder, const std::string& name) {
  return folder.empty() || name.empty() ? folder + name : folder + "/" + name;
}

std::vector<SweepRun> runs_of_point(const SweepClasses& classes,
                                    const std::vector<GridPoint>& points, std::size_t point,
                                    const std::string& folder) {
  std::vector<SweepRun> runs;
  for (const std::vector<int>& set : classes.reported) {
    const std::string own = joined_path(folder, points[point].name);
    runs.push_back(
        {point, set, {}, classes.are_the_configs ? own : joined_path(own, name_of_set(set))});
  }
  return runs;
}

}  // namespace

std::vector<int> classes_in(const std::string& words, const std::vector<std::string>& class_names,
                            const std::string& option) {
  std::vector<std::string> named;
  for (const std::string& word : pieces_of(words)) {
    const auto range = range_in(word);
    if (!range || is_class(word, class_names)) {
      named.push_back(word);
      continue;
    }
    for (int label = range->first; label <= range->second; ++label) {
      named.push_back(std::to_string(label));
    }
    if (range->first > range->second) named.push_back(word);  // which is refused
  }
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  try {
    return data::classes_named(named, class_names, option);
  } catch (const DataError& error) {
    throw UsageError(
        fmt::format("{}: found \"{}\"; allowed: {}class numbers or names with commas "
                    "between, or ranges of numbers such as 5-9; {}",
                    option, words, option == "--outliers" ? "each, or " : "", error.found()));
  }
}

SweepClasses sweep_classes(const SweepWords& words, bool has_grid, const config::Dataset& dataset,
                           const std::vector<std::string>& class_names) {
  SweepClasses classes;
  if (!words.choose_on.empty()) {
    classes.choosing = classes_in(words.choose_on, class_names, "--choose-on-classes");
  }
  const auto is_chosen_on = [&](int label) {
    return std::binary_search(classes.choosing.begin(), classes.choosing.end(), label);
  };
  const bool takes_the_configs = words.outliers.empty() && (has_grid || !words.choose_on.empty());
  if (takes_the_configs) {
    classes.are_the_configs = true;
    classes.reported = {
        data::classes_named(dataset.outlier_classes, class_names, "dataset.outlier_classes")};
  } else if (words.outliers.empty() || words.outliers == "each") {
    const std::vector<int> excluded =
        data::classes_named(dataset.excluded_classes, class_names, "dataset.excluded_classes");
    for (int label = 0; label < static_cast<int>(class_names.size()); ++label) {
      const bool is_excluded = std::binary_search(excluded.begin(), excluded.end(), label);
      if (!is_excluded && !is_chosen_on(label)) classes.reported.push_back({label});
    }
  } else {
    for (const int label : classes_in(words.outliers, class_names, "--outliers")) {
      classes.reported.push_back({label});
    }
  }
  for (const std::vector<int>& set : classes.reported) {
    for (const int label : set) {
      if (!is_chosen_on(label)) continue;
      throw UsageError(fmt::format(
          "--choose-on-classes: found class {}, which is also reported on ({}); a result on a "
          "class that settings were chosen by would be flattered, so choose on other classes",
          class_names.at(static_cast<std::size_t>(label)),
          takes_the_configs ? "dataset.outlier_classes" : "--outliers"));
    }
  }
  if (classes.reported.empty()) {
    throw UsageError(
        "--choose-on-classes: found every class; expected that some are left to be "
        "reported on");
  }
  return classes;
}

std::vector<SweepRun> reporting_runs(const SweepClasses& classes,
                                     const std::vector<GridPoint>& points) {
  std::vector<SweepRun> runs;
  for (std::size_t point = 0; point < points.size(); ++point) {
    const auto more = runs_of_point(classes, points, point, "");
    runs.insert(runs.end(), more.begin(), more.end());
  }
  return runs;
}

std::vector<SweepRun> choosing_runs(const SweepClasses& classes,
                                    const std::vector<GridPoint>& points) {
  std::vector<int> reported;
  for (const std::vector<int>& set : classes.reported) {
    reported.insert(reported.end(), set.begin(), set.end());
  }
  std::vector<SweepRun> runs;
  for (std::size_t point = 0; point < points.size(); ++point) {
    for (const int label : classes.choosing) {
      runs.push_back(
          {point,
           {label},
           reported,
           joined_path(joined_path("choosing", points[point].name), name_of_set({label}))});
    }
  }
  return runs;
}

void require_trainable_runs(const std::vector<std::pair<std::string, config::Config>>& runs,
                            const std::vector<std::string>& class_names) {
  std::optional<data::Dataset> dataset;
  std::string known;
  for (const auto& [settings, config] : runs) {
    config::Config source;
    source.dataset = config.dataset;
    source.dataset.outlier_classes.clear();
    source.dataset.excluded_classes.clear();
    const std::string wanted = config::to_yaml(source);
    if (!dataset || wanted != known) {
      // A fingerprint, whatever it is, spares a pass over the samples.
      dataset =
          read_dataset(config.dataset, FeaturePrecision::float64, config.dataset.path, "none");
      known = wanted;
    }
    if (dataset->class_names != class_names) {
      throw UsageError(
          fmt::format("{}: found the classes {}; expected those of the other runs of "
                      "the sweep, {}",
                      config.dataset.path, joined(dataset->class_names), joined(class_names)));
    }
    try {
      require_trainable(config, experiment_on(*dataset, config));
    } catch (const Error& error) {
      if (settings.empty()) throw;
      throw UsageError(fmt::format("{} {}: {}", kOverOption, settings, error.what()));
    }
  }
}

std::vector<SweepRun> reporting_runs_of(const SweepClasses& classes,
                                        const std::vector<GridPoint>& points, std::size_t chosen) {
  return runs_of_point(classes, points, chosen, "reporting");
}

}  // namespace clvae::run
