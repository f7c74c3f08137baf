#pragma once
/// \file
/// How each type of value is read and written, given the way to its field in the config.

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "config/keys.hpp"
#include "core/nearest.hpp"
#include "core/paths.hpp"

namespace clvae::config {

/// The field at the end of a path of member pointers.
template <class Object>
Object& field(Object& object) {
  return object;
}
template <class Object, class Member, class... Rest>
auto& field(Object& object, Member member, Rest... rest) {
  return field(object.*member, rest...);
}

/// \param read_value gives the field's new value, from a `Given`
template <class ReadValue, class... Path>
Rule rule(std::string type, std::string allowed, ReadValue read_value, Path... path) {
  return {std::move(type), std::move(allowed),
          [=](const Given& given, Config& config) { field(config, path...) = read_value(given); },
          [=](const Config& config) { return yaml_of(field(config, path...)); }};
}

template <class Integer, class... Path>
Rule integer(IntegerRange<Integer> range, Path... path) {
  return rule(
      "integer", fmt::format("{} to {}", range.low, range.high),
      [range](const Given& given) { return read_integer(given, range); }, path...);
}

/// An integer, or `null` where there is to be none.
template <class... Path>
Rule optional_integer(IntegerRange<int> range, const std::string& meaning_of_null, Path... path) {
  return {"integer or null",
          fmt::format("{} to {}, or null: {}", range.low, range.high, meaning_of_null),
          [=](const Given& given, Config& config) {
            std::optional<int>& value = field(config, path...);
            value.reset();
            if (given.node.form != Node::Form::nothing) value = read_integer(given, range);
          },
          [=](const Config& config) {
            const std::optional<int>& value = field(config, path...);
            return value ? yaml_of(*value) : std::string("null");
          }};
}

/// An integer, or the word `auto` where it is to be chosen.
template <class... Path>
Rule integer_or_auto(IntegerRange<int> range, Path... path) {
  constexpr const char* kAuto = "auto";
  return {"integer or word", fmt::format("{}, or {} to {}", kAuto, range.low, range.high),
          [=](const Given& given, Config& config) {
            std::optional<int>& value = field(config, path...);
            value.reset();
            if (given.node.text != kAuto) value = read_integer(given, range);
          },
          [=](const Config& config) {
            const std::optional<int>& value = field(config, path...);
            return value ? yaml_of(*value) : std::string(kAuto);
          }};
}

/// The number of members of one kind, or `null` where it has none of its own.
inline Rule size_of_kind(IntegerRange<int> range, const std::string& meaning_of_null, Kind kind) {
  return {"integer or null",
          fmt::format("{} to {}, or null: {}", range.low, range.high, meaning_of_null),
          [=](const Given& given, Config& config) {
            config.ensemble.sizes.erase(kind);
            if (given.node.form == Node::Form::nothing) return;
            config.ensemble.sizes[kind] = read_integer(given, range);
          },
          [=](const Config& config) {
            const auto size = config.ensemble.sizes.find(kind);
            return size == config.ensemble.sizes.end() ? std::string("null")
                                                       : yaml_of(size->second);
          }};
}

template <class... Path>
Rule number(NumberRange range, Path... path) {
  return rule(
      "number", range.words(), [range](const Given& given) { return read_number(given, range); },
      path...);
}

template <class... Path>
Rule word(std::vector<std::string> words, Path... path) {
  std::string allowed = joined(words);
  return rule(
      "word", std::move(allowed),
      [words = std::move(words)](const Given& given) { return read_word(given, words); }, path...);
}

template <class... Path>
Rule boolean(Path... path) {
  return rule(
      "boolean", "true or false", [](const Given& given) { return read_boolean(given); }, path...);
}

template <class... Path>
Rule path_text(bool may_be_empty, Path... path) {
  return rule(
      "text", may_be_empty ? "any path, or \"\"" : "any path",
      [may_be_empty](const Given& given) {
        std::string text = read_any_text(given);
        if (text.empty() && !may_be_empty) refuse(given, "an empty text");
        return with_home(text);
      },
      path...);
}

/// A text that `is_allowed` accepts.
template <class IsAllowed, class... Path>
Rule text_like(std::string allowed, IsAllowed is_allowed, Path... path) {
  return rule(
      "text", std::move(allowed),
      [is_allowed](const Given& given) {
        std::string text = read_any_text(given);
        if (!is_allowed(text)) refuse(given, '"' + text + '"');
        return text;
      },
      path...);
}

/// Words that name classes; numbers are written without quotes.
template <class... Path>
Rule list_of_class_words(IntegerRange<std::size_t> items, Path... path) {
  return {"list of numbers or texts",
          fmt::format("{} to {} of them, none twice", items.low, items.high),
          [=](const Given& given, Config& config) {
            const bool is_empty_list =
                given.node.form == Node::Form::list && given.node.values.empty();
            if (items.low > 0 || !is_empty_list) check_list(given, items);
            field(config, path...) = read_texts(given);
          },
          [=](const Config& config) { return yaml_of_words(field(config, path...)); }};
}

template <class... Path>
Rule list_of_integers(IntegerRange<std::size_t> items, IntegerRange<int> range, Path... path) {
  return rule(
      "list of integers",
      fmt::format("{} to {} of them, each {} to {}", items.low, items.high, range.low, range.high),
      [=](const Given& given) {
        check_list(given, items);
        std::vector<int> values;
        for (std::size_t i = 0; i < given.node.values.size(); ++i) {
          values.push_back(read_integer(item_of(given, i), range));
        }
        return values;
      },
      path...);
}

/// Names of anything; the list may be empty.
template <class... Path>
Rule list_of_texts(Path... path) {
  return rule(
      "list of texts", "any names, none twice",
      [](const Given& given) {
        if (given.node.form != Node::Form::list) refuse(given, shown(given.node));
        return read_texts(given);
      },
      path...);
}

template <class... Path>
Rule list_of_words(std::vector<std::string> words, Path... path) {
  const std::string allowed = fmt::format("some of: {}; none twice", joined(words));
  return rule(
      "list of words", allowed,
      [words = std::move(words)](const Given& given) {
        check_list(given, {1, given.node.values.size()});
        std::vector<std::string> values;
        for (std::size_t i = 0; i < given.node.values.size(); ++i) {
          values.push_back(read_word(item_of(given, i), words));
        }
        check_unique(given, values);
        return values;
      },
      path...);
}

template <class... Path>
Rule layers(Path... path) {
  return rule(
      convolutions_type(), convolutions_allowed(),
      [](const Given& given) { return read_convolutions(given); }, path...);
}

}  // namespace clvae::config
