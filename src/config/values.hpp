#pragma once
/// \file
/// Reading single values strictly, and writing them as YAML.

#include <string>
#include <type_traits>
#include <vector>

#include "clvae/core/errors.hpp"
#include "config/config.hpp"
#include "config/tree.hpp"

namespace clvae::config {

/// A value as it stands in the text, with what an error about it has to say.
struct Given {
  const Node& node;
  ConfigError::Place place;
  std::string allowed;
};

/// \throws ConfigError always
[[noreturn]] void refuse(const Given& given, const std::string& found);

/// " (did you mean WORD?)" with the nearest of the candidates; empty where none is near.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates);

/// One item of a list, placed on its own line.
Given item_of(const Given& list, std::size_t index);

template <class Integer>
struct IntegerRange {
  Integer low;
  Integer high;
};

/// Numbers between two bounds, each of which belongs to them or not.
struct NumberRange {
  double low;
  double high;
  bool includes_low = true;
  bool includes_high = true;
  bool holds(double value) const;
  /// "0 to 0.9", "above 0, at most 10".
  std::string words() const;
};

/// Decimal digits, after a minus where it is negative; no quotes, leading zeros or fraction.
template <class Integer>
Integer read_integer(const Given& given, const IntegerRange<Integer>& range);

double read_number(const Given& given, const NumberRange& range);

/// One of the words. Its error names the nearest.
std::string read_word(const Given& given, const std::vector<std::string>& words);

bool read_boolean(const Given& given);

/// Any scalar that has no control characters and is not too long for a path.
std::string read_any_text(const Given& given);

/// The items of a list, each a text that is not empty, none twice.
std::vector<std::string> read_texts(const Given& given);

/// \throws ConfigError unless it is a list with a number of items in the range
void check_list(const Given& given, const IntegerRange<std::size_t>& items);

/// \throws ConfigError where a value comes twice
template <class Value>
void check_unique(const Given& given, const std::vector<Value>& values);

/// The layers of an encoder.
std::vector<Convolution> read_convolutions(const Given& given);
/// What `read_convolutions` accepts, in words.
std::string convolutions_allowed();
/// Type of a list of layers, in words.
std::string convolutions_type();

std::string yaml_of(const std::string& text);
/// A list, in which whole numbers stand without quotes.
std::string yaml_of_words(const std::vector<std::string>& words);
std::string yaml_of(double value);
std::string yaml_of(const std::vector<Convolution>& layers);
std::string yaml_of(bool value);
template <class Integer, class = std::enable_if_t<std::is_integral_v<Integer>>>
std::string yaml_of(Integer value) {
  return std::to_string(value);
}
template <class Value>
std::string yaml_of(const std::vector<Value>& values) {
  std::string list;
  for (const Value& value : values) list += (list.empty() ? "" : ", ") + yaml_of(value);
  return "[" + list + "]";
}

}  // namespace clvae::config
