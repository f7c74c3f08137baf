#include "data/classes.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "data/dataset.hpp"

namespace clvae::data {

namespace {

/// Nothing for any other way to write it, such as "007".
std::optional<std::int64_t> whole_number(const std::string& word) {
  std::int64_t value = 0;
  const char* const end = word.data() + word.size();
  const auto [rest, problem] = std::from_chars(word.data(), end, value);
  if (problem != std::errc() || rest != end || std::to_string(value) != word) return std::nullopt;
  return value;
}

std::string shortened(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 20;
  if (names.size() <= kMost) return joined(names);
  return joined({names.begin(), names.begin() + kMost}) + ", ...";
}

std::optional<int> class_named(const std::string& word,
                               const std::vector<std::string>& class_names) {
  const auto found = std::find(class_names.begin(), class_names.end(), word);
  if (found != class_names.end()) return static_cast<int>(found - class_names.begin());
  if (are_whole_numbers(class_names)) return std::nullopt;
  const auto position = whole_number(word);
  if (!position || *position < 0) return std::nullopt;
  if (static_cast<std::size_t>(*position) >= class_names.size()) return std::nullopt;
  return static_cast<int>(*position);
}

}  // namespace

bool are_whole_numbers(const std::vector<std::string>& words) {
  return std::all_of(words.begin(), words.end(),
                     [](const std::string& word) { return whole_number(word).has_value(); });
}

std::vector<std::string> sorted_classes(const std::vector<std::string>& labels) {
  const std::set<std::string> distinct(labels.begin(), labels.end());
  std::vector<std::string> names(distinct.begin(), distinct.end());
  if (!are_whole_numbers(names)) return names;
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return whole_number(a).value() < whole_number(b).value();
  });
  return names;
}

std::vector<std::int32_t> numbered(const std::vector<std::string>& labels,
                                   const std::vector<std::string>& class_names,
                                   const std::string& where) {
  std::map<std::string, std::int32_t> numbers;
  for (const std::string& name : class_names) {
    numbers.emplace(name, static_cast<std::int32_t>(numbers.size()));
  }
  std::vector<std::int32_t> classes;
  classes.reserve(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto found = numbers.find(labels[i]);
    if (found == numbers.end()) {
      throw DataError(where, fmt::format("label \"{}\" of sample {}", labels[i], i),
                      "one of the classes " + shortened(class_names));
    }
    classes.push_back(found->second);
  }
  return classes;
}

std::vector<int> classes_named(const std::vector<std::string>& words,
                               const std::vector<std::string>& class_names,
                               const std::string& dataset) {
  std::vector<int> classes;
  for (const std::string& word : words) {
    const auto label = class_named(word, class_names);
    if (!label) {
      const auto nearest = nearest_word(word, class_names);
      const std::string numbers =
          are_whole_numbers(class_names)
              ? ""
              : fmt::format(", or their numbers 0 to {}", class_names.size() - 1);
      throw DataError(dataset,
                      fmt::format("no class {} to be the outlier{}", word,
                                  nearest ? " (did you mean " + *nearest + "?)" : ""),
                      "one of its classes " + shortened(class_names) + numbers);
    }
    if (std::find(classes.begin(), classes.end(), *label) != classes.end()) {
      throw DataError(dataset, fmt::format("class {} as outlier twice", word), "each class once");
    }
    classes.push_back(*label);
  }
  std::sort(classes.begin(), classes.end());
  return classes;
}

std::string word_for_class(int label, const std::vector<std::string>& class_names) {
  const std::string number = std::to_string(label);
  const auto same = class_named(number, class_names);
  return same == label ? number : class_names.at(static_cast<std::size_t>(label));
}

}  // namespace clvae::data
