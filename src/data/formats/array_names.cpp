#include "data/formats/array_names.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "core/nearest.hpp"

namespace clvae::data {

namespace {

constexpr std::array kSampleWords{"x",    "X",        "images",  "image", "imgs",
                                  "data", "features", "samples", "inputs"};
constexpr std::array kLabelWords{"y", "Y", "labels", "label", "targets", "target"};

/// How a name tells its split: {0} is the split, {1} the name without it.
constexpr std::array kNamePatterns{"{0}/{1}", "{1}_{0}",     "{0}_{1}",
                                   "{1}/{0}", "{0}_set_{1}", "{0}{1}"};
constexpr const char* kBarePattern = "{1}";

constexpr std::array kTrainWords{"train", "training"};
constexpr std::array kTestWords{"test", "testing"};

std::string array_name(const char* pattern, const char* split, const char* word) {
  return fmt::format(fmt::runtime(pattern), split, word);
}

/// The labels that belong to samples whose name is of that pattern.
std::string labels_for(const HasArray& has, const char* pattern, const char* split) {
  for (const char* word : kLabelWords) {
    std::string name = array_name(pattern, split, word);
    if (has(name)) return name;
  }
  return array_name(pattern, split, kLabelWords.front());
}

std::optional<ArrayPair> pair_of(const HasArray& has, const char* split, const char* word) {
  for (const char* pattern : kNamePatterns) {
    std::string samples = array_name(pattern, split, word);
    if (has(samples)) return ArrayPair{samples, labels_for(has, pattern, split)};
  }
  return std::nullopt;
}

template <std::size_t Count>
std::optional<ArrayPair> pair_of(const HasArray& has,
                                 const std::array<const char*, Count>& splits) {
  for (const char* word : kSampleWords) {
    for (const char* split : splits) {
      if (auto pair = pair_of(has, split, word)) return pair;
    }
  }
  return std::nullopt;
}

std::optional<ArrayPair> bare_pair(const HasArray& has) {
  for (const char* word : kSampleWords) {
    if (has(word)) return ArrayPair{word, labels_for(has, kBarePattern, "")};
  }
  return std::nullopt;
}

/// Of labels alone, whose samples are then missed.
std::optional<ArrayPair> pair_without_samples(const HasArray& has) {
  for (const char* split : kTestWords) {
    for (const char* pattern : kNamePatterns) {
      for (const char* word : kLabelWords) {
        const std::string labels = array_name(pattern, split, word);
        if (has(labels)) return ArrayPair{array_name(pattern, split, kSampleWords.front()), labels};
      }
    }
  }
  return std::nullopt;
}

/// Arrays that numpy.savez was given without names: samples and labels, or those of two splits.
std::optional<ArrayNames> unnamed_arrays(const HasArray& has) {
  const auto name = [](int i) { return fmt::format("arr_{}", i); };
  int count = 0;
  while (has(name(count))) ++count;
  if (count != 2 && count != 4) return std::nullopt;
  ArrayNames names{{name(0), name(1)}, {}};
  if (count == 4) names.test = ArrayPair{name(2), name(3)};
  return names;
}

bool are_labels(const std::string& name) {
  return std::find(kLabelWords.begin(), kLabelWords.end(), name) != kLabelWords.end();
}

}  // namespace

std::optional<ArrayNames> arrays_to_train_on(const HasArray& has) {
  std::optional<ArrayPair> train = pair_of(has, kTrainWords.front(), kSampleWords.front());
  if (!train && has(kSampleWords.front())) train = bare_pair(has);
  if (!train) train = pair_of(has, kTrainWords);
  if (!train) train = bare_pair(has);
  if (!train) return unnamed_arrays(has);
  std::optional<ArrayPair> test = pair_of(has, kTestWords);
  if (!test) test = pair_without_samples(has);
  return ArrayNames{std::move(*train), std::move(test)};
}

std::optional<std::string> array_to_score(const HasArray& has,
                                          const std::vector<std::string>& all) {
  std::optional<ArrayPair> found;
  if (has(kSampleWords.front())) return kSampleWords.front();
  found = pair_of(has, kTestWords.front(), kSampleWords.front());
  if (!found) found = pair_of(has, kTrainWords.front(), kSampleWords.front());
  if (!found) found = bare_pair(has);
  if (!found) found = pair_of(has, kTestWords);
  if (!found) found = pair_of(has, kTrainWords);
  if (found) return found->samples;
  if (const auto names = unnamed_arrays(has)) {
    return names->test ? names->test->samples : names->train.samples;
  }
  if (all.size() == 1 && !are_labels(all.front())) return all.front();
  return std::nullopt;
}

std::string arrays_in_words(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 20;
  if (names.empty()) return "no arrays";
  if (names.size() <= kMost) return "the arrays " + joined(names);
  const std::vector<std::string> some(names.begin(), names.begin() + kMost);
  return fmt::format("{} arrays, {}, ...", names.size(), joined(some));
}

}  // namespace clvae::data
