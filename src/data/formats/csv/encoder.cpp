#include "data/formats/csv/encoder.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"

namespace clvae::data {

namespace {

float number_in(const std::string& field, const std::string& column, std::size_t record,
                const std::string& where) {
  float number = 0;
  const char* const end = field.data() + field.size();
  const auto [rest, problem] = std::from_chars(field.data(), end, number);
  if (problem == std::errc() && rest == end && std::isfinite(number)) return number;
  throw DataError(where,
                  fmt::format("{} in column {} of record {}",
                              field.empty() ? "nothing" : "\"" + field + "\"", column, record),
                  "a finite number; a column of categories has to be in dataset.csv.categorical");
}

}  // namespace

std::size_t place_of(const std::string& name, const std::vector<std::string>& header,
                     const std::string& where) {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) {
    const auto nearest = nearest_word(name, header);
    throw DataError(
        where,
        fmt::format("no column {}{}", name, nearest ? " (did you mean " + *nearest + "?)" : ""),
        "it among the columns " + joined(header));
  }
  return static_cast<std::size_t>(found - header.begin());
}

std::size_t features_of(const std::vector<Column>& columns) {
  std::size_t features = 0;
  for (const Column& column : columns) {
    features += std::max<std::size_t>(1, column.categories.size());
  }
  return features;
}

bool append_category(const Column& column, const std::string& category,
                     std::vector<float>& features) {
  const std::vector<std::string>& known = column.categories;
  const auto found = std::find(known.begin(), known.end(), category);
  if (found == known.end()) return false;
  features.resize(features.size() + known.size(), 0.0F);
  *(features.end() - (known.end() - found)) = 1;
  return true;
}

TableEncoder::TableEncoder(std::vector<Column> columns, const std::vector<std::string>& header,
                           std::string where)
    : columns_(std::move(columns)),
      where_(std::move(where)),
      fields_(header.size()),
      features_(features_of(columns_)) {
  for (const Column& column : columns_) {
    places_.push_back(place_of(column.name, header, where_));
  }
}

void TableEncoder::append(const std::vector<std::string>& fields, std::size_t record,
                          std::vector<float>& features) const {
  if (fields.size() != fields_) {
    throw DataError(where_, fmt::format("{} fields in record {}", fields.size(), record),
                    fmt::format("{}, one for each column", fields_));
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto& [name, categories] = columns_[i];
    const std::string& field = fields[places_[i]];
    if (categories.empty()) {
      features.push_back(number_in(field, name, record, where_));
      continue;
    }
    if (append_category(columns_[i], field, features)) continue;
    throw DataError(
        where_, fmt::format("the category \"{}\" in column {} of record {}", field, name, record),
        "one that the training data have: " + joined(categories));
  }
}

}  // namespace clvae::data
