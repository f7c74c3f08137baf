#include "config/values.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "core/paths.hpp"

namespace clvae::config {

namespace {

constexpr std::size_t kLongestText = 4096;  // bytes, the longest path of Linux

bool is_plain_scalar(const Node& node) { return node.form == Node::Form::scalar && node.plain; }

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

/// Octal is what older YAML takes a leading zero for, so it is not taken at all.
bool is_decimal_integer(const std::string& text) {
  const std::size_t begin = !text.empty() && text[0] == '-' ? 1 : 0;
  const std::size_t digits = text.size() - begin;
  if (digits == 0 || (digits > 1 && text[begin] == '0')) return false;
  return std::all_of(text.begin() + static_cast<long>(begin), text.end(), is_digit);
}

std::string with_quotes_noted(const Node& node) {
  const bool noted = node.form == Node::Form::scalar && !node.plain;
  return shown(node) + (noted ? " (a text, because it is quoted)" : "");
}

/// One field of a layer.
struct LayerField {
  const char* name;
  IntegerRange<int> range;
  int Convolution::*member;
};

constexpr LayerField kLayerFields[] = {
    {"channels", {1, 4096}, &Convolution::channels},
    {"stride", {1, 2}, &Convolution::stride},
};
constexpr IntegerRange<std::size_t> kLayers{1, 16};

std::vector<std::string> layer_field_names() {
  std::vector<std::string> names;
  for (const LayerField& field : kLayerFields) names.emplace_back(field.name);
  return names;
}

Convolution read_layer(const Given& given) {
  if (given.node.form != Node::Form::mapping) refuse(given, shown(given.node));
  Convolution layer;
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < given.node.keys.size(); ++i) {
    const Node& key = given.node.keys[i];
    const auto field =
        std::find_if(std::begin(kLayerFields), std::end(kLayerFields),
                     [&](const LayerField& known) { return key.text == known.name; });
    ConfigError::Place place = given.place;
    place.line = key.line;
    const Given value{given.node.values[i], place, given.allowed};
    if (field == std::end(kLayerFields)) {
      refuse(value, fmt::format("the unknown key {}{}", quoted(key.text),
                                did_you_mean(key.text, layer_field_names())));
    }
    if (std::find(seen.begin(), seen.end(), key.text) != seen.end()) {
      refuse(value, fmt::format("{} a second time in one layer", key.text));
    }
    seen.push_back(key.text);
    layer.*(field->member) = read_integer(value, field->range);
  }
  for (const LayerField& field : kLayerFields) {
    if (std::find(seen.begin(), seen.end(), field.name) == seen.end()) {
      refuse(given, fmt::format("a layer without {}", field.name));
    }
  }
  return layer;
}

}  // namespace

void refuse(const Given& given, const std::string& found) {
  throw ConfigError(given.place, found, given.allowed);
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates) {
  // The search takes time and memory in proportion to the word, which may be a whole file.
  constexpr std::size_t kLongestWord = 60;
  if (word.size() > kLongestWord) return "";
  const auto nearest = nearest_word(word, candidates);
  return nearest ? fmt::format(" (did you mean {}?)", *nearest) : "";
}

Given item_of(const Given& list, std::size_t index) {
  Given item{list.node.values[index], list.place, list.allowed};
  item.place.line = item.node.line;
  return item;
}

bool NumberRange::holds(double value) const {
  return (includes_low ? value >= low : value > low) &&
         (includes_high ? value <= high : value < high);
}

std::string NumberRange::words() const {
  if (includes_low && includes_high) return fmt::format("{} to {}", low, high);
  return fmt::format("{} {}, {} {}", includes_low ? "at least" : "above", low,
                     includes_high ? "at most" : "below", high);
}

template <class Integer>
Integer read_integer(const Given& given, const IntegerRange<Integer>& range) {
  const std::string& text = given.node.text;
  if (!is_plain_scalar(given.node) || !is_decimal_integer(text)) {
    refuse(given, with_quotes_noted(given.node));
  }
  Integer value{};
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size() || value < range.low ||
      value > range.high) {
    refuse(given, quoted(text) + ", out of range");
  }
  return value;
}

template int read_integer(const Given&, const IntegerRange<int>&);
template std::uint64_t read_integer(const Given&, const IntegerRange<std::uint64_t>&);

double read_number(const Given& given, const NumberRange& range) {
  const std::string& text = given.node.text;
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole =
      result.ec != std::errc::invalid_argument && result.ptr == text.data() + text.size();
  if (!is_plain_scalar(given.node) || !is_whole) refuse(given, with_quotes_noted(given.node));
  if (result.ec == std::errc::result_out_of_range || !std::isfinite(value) || !range.holds(value)) {
    refuse(given, quoted(text) + ", out of range");
  }
  return value;
}

std::string read_word(const Given& given, const std::vector<std::string>& words) {
  const Node& node = given.node;
  if (node.form != Node::Form::scalar) refuse(given, shown(node));
  if (std::find(words.begin(), words.end(), node.text) == words.end()) {
    refuse(given, shown(node) + did_you_mean(node.text, words));
  }
  return node.text;
}

bool read_boolean(const Given& given) {
  const std::string& text = given.node.text;
  if (!is_plain_scalar(given.node) || (text != "true" && text != "false")) {
    refuse(given, with_quotes_noted(given.node));
  }
  return text == "true";
}

std::string read_any_text(const Given& given) {
  const Node& node = given.node;
  if (node.form != Node::Form::scalar) refuse(given, shown(node));
  if (node.text.size() > kLongestText) {
    refuse(given, fmt::format("a text of {} bytes, more than {}", node.text.size(), kLongestText));
  }
  // From an escape such as "\\n".
  if (has_control_character(node.text)) {
    refuse(given, fmt::format("{} with a control character", quoted(node.text)));
  }
  return node.text;
}

void check_list(const Given& given, const IntegerRange<std::size_t>& items) {
  if (given.node.form != Node::Form::list) refuse(given, with_quotes_noted(given.node));
  const std::size_t count = given.node.values.size();
  if (count == 0) refuse(given, "an empty list");
  if (count < items.low || count > items.high) {
    refuse(given, fmt::format("a list of {} items", count));
  }
}

template <class Value>
void check_unique(const Given& given, const std::vector<Value>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto end = values.begin() + static_cast<long>(i);
    if (std::find(values.begin(), end, values[i]) != end) {
      refuse(item_of(given, i), fmt::format("{} twice", yaml_of(values[i])));
    }
  }
}

template void check_unique(const Given&, const std::vector<std::string>&);

std::vector<std::string> read_texts(const Given& given) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < given.node.values.size(); ++i) {
    const Given item = item_of(given, i);
    texts.push_back(read_any_text(item));
    if (texts.back().empty()) refuse(item, "an empty text");
  }
  check_unique(given, texts);
  return texts;
}

std::vector<Convolution> read_convolutions(const Given& given) {
  check_list(given, kLayers);
  std::vector<Convolution> layers;
  for (std::size_t i = 0; i < given.node.values.size(); ++i) {
    layers.push_back(read_layer(item_of(given, i)));
  }
  return layers;
}

std::string convolutions_allowed() {
  std::string words = fmt::format("{} to {} layers", kLayers.low, kLayers.high);
  for (const LayerField& field : kLayerFields) {
    words += fmt::format("; {} {} to {}", field.name, field.range.low, field.range.high);
  }
  return words;
}

std::string convolutions_type() {
  return fmt::format("list of {{{}}}", joined(layer_field_names()));
}

std::string yaml_of_words(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) {
    list += (list.empty() ? "" : ", ") + (is_decimal_integer(word) ? word : yaml_of(word));
  }
  return "[" + list + "]";
}

std::string yaml_of(const std::string& text) {
  const auto is_safe = [](char letter) {
    return is_digit(letter) || (letter >= 'a' && letter <= 'z') ||
           (letter >= 'A' && letter <= 'Z') || letter == '_' || letter == '/' || letter == '.' ||
           letter == '-';
  };
  const bool begins_with_letter_or_slash =
      !text.empty() && is_safe(text[0]) && !is_digit(text[0]) && text[0] != '.' && text[0] != '-';
  const bool has_meaning = text == "null" || text == "Null" || text == "NULL";
  if (begins_with_letter_or_slash && !has_meaning &&
      std::all_of(text.begin(), text.end(), is_safe)) {
    return text;
  }
  std::string escaped;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') {
      escaped += '\\';
      escaped += letter;
    } else if (byte < 0x20 || byte == 0x7f) {
      escaped += fmt::format("\\x{:02x}", byte);
    } else {
      escaped += letter;
    }
  }
  return fmt::format("\"{}\"", escaped);
}

// The shortest digits that read back as the same number.
std::string yaml_of(bool value) { return value ? "true" : "false"; }

std::string yaml_of(double value) { return fmt::format("{}", value); }

std::string yaml_of(const std::vector<Convolution>& layers) {
  std::string list;
  for (const Convolution& layer : layers) {
    std::string fields;
    for (const LayerField& field : kLayerFields) {
      fields +=
          fmt::format("{}{}: {}", fields.empty() ? "" : ", ", field.name, layer.*(field.member));
    }
    list += fmt::format("{}{{{}}}", list.empty() ? "" : ", ", fields);
  }
  return "[" + list + "]";
}

}  // namespace clvae::config
