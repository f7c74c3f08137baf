#include "data/table.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "data/assembly.hpp"
#include "data/classes.hpp"
#include "data/csv_file.hpp"

namespace clvae::data {

namespace {

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

/// All columns but the label. \throws DataError where the source's columns are not there
std::vector<Column> columns_named(const std::vector<std::string>& header, const Source& source,
                                  const std::string& path) {
  const std::size_t label = place_of(source.label_column, header, path);
  for (const std::string& name : source.categorical) {
    if (place_of(name, header, path) == label) {
      throw DataError(path, fmt::format("the label column {} as a category", name),
                      "it in dataset.csv.label alone");
    }
  }
  std::vector<Column> columns;
  for (const std::string& name : header) {
    if (name != source.label_column) columns.push_back({name, {}});
  }
  if (columns.empty()) throw DataError(path, "no column besides the label", "features");
  return columns;
}

/// The same with the categories that the file holds.
std::vector<Column> columns_of(const std::string& path, const Source& source) {
  TableFile file(path);
  std::vector<Column> columns = columns_named(file.header(), source, path);
  std::vector<std::size_t> places;
  for (const std::string& name : source.categorical) {
    places.push_back(place_of(name, file.header(), path));
  }
  std::vector<std::set<std::string>> categories(places.size());
  std::vector<std::string> fields;
  while (file.next(fields)) {
    for (std::size_t i = 0; i < places.size(); ++i) categories[i].insert(fields[places[i]]);
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto column = std::find_if(columns.begin(), columns.end(), [&](const Column& candidate) {
      return candidate.name == source.categorical[i];
    });
    column->categories = sorted_classes({categories[i].begin(), categories[i].end()});
  }
  return columns;
}

RawSplit split_of(const std::string& path, const std::vector<Column>& columns,
                  const std::string& label_column) {
  TableFile file(path);
  const TableEncoder encoder(columns, file.header(), path);
  const std::size_t label = place_of(label_column, file.header(), path);
  RawSplit split;
  split.where = path;
  std::vector<std::string> fields;
  while (file.next(fields)) {
    encoder.append(fields, file.record(), split.numbers);
    split.labels.push_back(fields[label]);
    if (!fields[label].empty()) continue;
    throw DataError(path,
                    fmt::format("nothing in column {} of record {}", label_column, file.record()),
                    "the class of every record");
  }
  split.shape = {split.labels.size(), encoder.features()};
  return split;
}

}  // namespace

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

Dataset load_csv(const Source& source) {
  namespace files = std::filesystem;
  const files::path path(source.path);
  const bool is_folder = files::is_directory(path);
  if (!files::exists(path)) throw DataError(source.path, "no such file", "a CSV file or a folder");
  const std::string train = is_folder ? (path / "train.csv").string() : source.path;
  RawData raw;
  raw.columns = columns_of(train, source);
  raw.train = split_of(train, raw.columns, source.label_column);
  if (is_folder && files::exists(path / "test.csv")) {
    raw.test = split_of((path / "test.csv").string(), raw.columns, source.label_column);
  }
  return assemble(std::move(raw), source);
}

}  // namespace clvae::data
