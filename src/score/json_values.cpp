#include "score/json_values.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "data/formats/csv/encoder.hpp"

namespace clvae::score {

namespace {

using Json = nlohmann::json;
using data::SampleBlock;
using data::SampleForm;

void append_pixel(const Json& value, const SampleForm& form, SampleBlock& sample) {
  const std::size_t place = sample.pixels.size() + sample.values.size();
  const double largest = form.are_bytes ? 255 : 1;
  if (value.is_number()) {
    const auto number = value.get<double>();
    if (number >= 0 && number <= largest && (!form.are_bytes || number == std::floor(number))) {
      if (form.are_bytes) {
        sample.pixels.push_back(static_cast<std::uint8_t>(number));
      } else {
        sample.values.push_back(static_cast<float>(number));
      }
      return;
    }
  }
  throw NoSample(fmt::format("pixel {} is {}; expected a {}", place, shown(value),
                             form.are_bytes ? "whole number from 0 to 255" : "number from 0 to 1"));
}

/// "28 rows of 27 (row 3)": where arrays differ from what they must be.
void require_length(const Json& array, int length, const char* what,
                    const data::ImageShape& shape) {
  if (array.is_array() && array.size() == static_cast<std::size_t>(length)) return;
  const std::string found =
      array.is_array() ? fmt::format("an array of {}", array.size()) : shown(array);
  throw NoSample(
      fmt::format("{} where {} {} belong; expected {}", found, length, what, in_words(shape)));
}

/// \param rows [height][width]
void append_rows(const Json& rows, const SampleForm& form, SampleBlock& sample) {
  require_length(rows, form.shape.height, "rows", form.shape);
  for (const Json& row : rows) {
    require_length(row, form.shape.width, "columns", form.shape);
    for (const Json& value : row) append_pixel(value, form, sample);
  }
}

void require_array(const Json& value, const data::ImageShape& shape) {
  if (value.is_array()) return;
  throw NoSample(fmt::format("{}; expected an array of {}", shown(value), in_words(shape)));
}

/// \param what names it in errors
double finite_number(const Json& value, const SampleForm& form, const std::string& what) {
  if (value.is_number()) {
    const double number = in_precision(value.get<double>(), form.precision);
    if (std::isfinite(number)) return number;
  }
  throw NoSample(fmt::format("{} is {}; expected a finite number", what, shown(value)));
}

/// A category as a table has it.
std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::string> names_of(const std::vector<data::Column>& columns) {
  std::vector<std::string> names;
  for (const data::Column& column : columns) names.push_back(column.name);
  return names;
}

void refuse_unknown(const Json& object, const SampleForm& form) {
  const std::vector<std::string> known = names_of(form.columns);
  for (const auto& [name, value] : object.items()) {
    if (data::without_blanks(name) == data::without_blanks(form.label_column)) continue;
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto nearest = nearest_word(name, known);
    throw NoSample(fmt::format("the unknown column {}{}; expected {}", shown(name),
                               nearest ? " (did you mean " + *nearest + "?)" : "", joined(known)));
  }
}

}  // namespace

std::string shown(const Json& value) {
  constexpr std::size_t kMost = 40;
  std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > kMost) text = text.substr(0, kMost) + "...";
  return text;
}

std::string in_words(const data::ImageShape& shape) {
  if (!shape.is_image()) return fmt::format("{} features", shape.channels);
  return shape.channels == 1
             ? fmt::format("{0} pixels, flat or {1} rows of {2}", shape.pixels(), shape.height,
                           shape.width)
             : fmt::format("{} numbers, flat or {} channels of {} rows of {}", shape.pixels(),
                           shape.channels, shape.height, shape.width);
}

SampleBlock pixels_of(const Json& array, const SampleForm& form) {
  const data::ImageShape& shape = form.shape;
  require_array(array, shape);
  SampleBlock sample;
  if (array.empty() || !array.front().is_array()) {
    if (array.size() != shape.pixels()) {
      throw NoSample(fmt::format("{} pixels; expected {}", array.size(), in_words(shape)));
    }
    for (const Json& value : array) append_pixel(value, form, sample);
  } else if (shape.channels == 1 && !array.front().empty() && !array.front().front().is_array()) {
    append_rows(array, form, sample);
  } else {
    require_length(array, shape.channels, "channels", shape);
    for (const Json& channel : array) append_rows(channel, form, sample);
  }
  return sample;
}

SampleBlock features_of(const Json& array, const SampleForm& form) {
  require_array(array, form.shape);
  if (array.size() != form.shape.pixels()) {
    throw NoSample(fmt::format("{} features; expected {}", array.size(), form.shape.pixels()));
  }
  SampleBlock sample;
  for (const Json& value : array) {
    sample.features.push_back(
        finite_number(value, form, fmt::format("feature {}", sample.features.size())));
  }
  return sample;
}

SampleBlock columns_of(const Json& object, const SampleForm& form) {
  if (!object.is_object()) {
    throw NoSample(
        fmt::format("columns of {}; expected an object of names and values", shown(object)));
  }
  refuse_unknown(object, form);
  SampleBlock sample;
  for (const data::Column& column : form.columns) {
    const auto value = object.find(column.name);
    if (value == object.end()) {
      throw NoSample(
          fmt::format("no column {}; expected {}", column.name, joined(names_of(form.columns))));
    }
    if (column.categories.empty()) {
      sample.features.push_back(finite_number(*value, form, "column " + column.name));
    } else if (!data::append_category(column, text_of(*value), sample.features)) {
      throw NoSample(fmt::format("the category {} in column {}; expected {}", shown(*value),
                                 column.name, joined(column.categories)));
    }
  }
  return sample;
}

}  // namespace clvae::score
