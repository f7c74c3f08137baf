#include "data/formats/csv/encoder.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "core/utf8.hpp"

namespace clvae::data {

std::size_t place_of(const std::string& name, const std::vector<std::string>& header,
                     const std::string& where) {
  auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) {
    found = std::find_if(header.begin(), header.end(), [&](const std::string& candidate) {
      return without_blanks(candidate) == without_blanks(name);
    });
  }
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

bool append_category(const Column& column, std::string_view category,
                     std::vector<double>& features) {
  const std::vector<std::string>& known = column.categories;
  const auto found = std::find(known.begin(), known.end(), category);
  if (found == known.end()) return false;
  features.resize(features.size() + known.size(), 0.0);
  *(features.end() - (known.end() - found)) = 1;
  return true;
}

TableEncoder::TableEncoder(std::vector<Column> columns, const TableFile& table,
                           FeaturePrecision precision)
    : columns_(std::move(columns)),
      where_(table.path()),
      may_have_commas_(table.separator() != ','),
      numbers_(table.separator(), precision, table.path()),
      features_(features_of(columns_)) {
  std::map<std::string_view, std::size_t> places;  // a table may have very many columns
  for (const std::string& name : table.header()) places.emplace(name, places.size());
  for (const Column& column : columns_) {
    const auto place = places.find(column.name);
    places_.push_back(place == places.end() ? place_of(column.name, table.header(), where_)
                                            : place->second);
  }
}

void TableEncoder::append(const Fields& fields, std::size_t record, std::vector<double>& features) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto& [name, categories] = columns_[i];
    const std::string_view field = fields[places_[i]];
    if (categories.empty()) {
      features.push_back(numbers_.read({field, name, record}));
      continue;
    }
    if (append_category(columns_[i], field, features)) continue;
    throw DataError(
        where_,
        fmt::format("the category \"{}\" in column {} of record {}", escaped(field), name, record),
        "one that the training data have: " + joined(categories));
  }
}

void TableEncoder::look(const Fields& fields, std::size_t record) {
  if (!may_have_commas_) return;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (!columns_[i].categories.empty()) continue;
    numbers_.look({fields[places_[i]], columns_[i].name, record});
  }
}

}  // namespace clvae::data
