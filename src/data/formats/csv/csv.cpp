/// \file
/// Tables as CSV files.
#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/assembly.hpp"
#include "data/classes.hpp"
#include "data/formats/csv/csv_file.hpp"
#include "data/formats/csv/encoder.hpp"
#include "data/formats/signs.hpp"
#include "data/formats/table.hpp"
#include "data/unlabelled.hpp"

namespace clvae::data {

namespace {

namespace files = std::filesystem;

constexpr const char* kTrain = "train.csv";
constexpr const char* kTest = "test.csv";

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

/// How many records there are; each has as many fields as there are columns.
std::size_t records_in(const std::string& path) {
  TableFile file(path);
  std::vector<std::string> fields;
  while (file.next(fields)) {
  }
  return file.record();
}

class TableSamples : public UnlabelledSamples {
 public:
  TableSamples(const std::string& path, const std::vector<Column>& columns)
      : path_(path),
        file_(path),
        encoder_(columns, file_.header(), path),
        size_(records_in(path)) {}

  ImageShape shape() const override { return {static_cast<int>(encoder_.features()), 1, 1, true}; }
  std::size_t size() const override { return size_; }

  SampleBlock next(std::size_t most) override {
    SampleBlock block;
    std::vector<std::string> fields;
    for (const std::size_t end = file_.record() + std::min(most, left()); file_.record() < end;) {
      take(fields);
      encoder_.append(fields, file_.record(), block.values);
    }
    require_end();
    return block;
  }
  void skip(std::size_t count) override {
    std::vector<std::string> fields;
    for (std::size_t i = std::min(count, left()); i > 0; --i) take(fields);
    require_end();
  }

 private:
  std::size_t left() const { return size_ - file_.record(); }
  void take(std::vector<std::string>& fields) {
    if (!file_.next(fields)) refuse(file_.record());
  }
  void require_end() {
    std::vector<std::string> fields;
    if (left() == 0 && !has_ended_ && file_.next(fields)) refuse(file_.record());
    has_ended_ = left() == 0;
  }
  [[noreturn]] void refuse(std::size_t found) const {
    throw DataError(path_, fmt::format("{} records or more", found),
                    fmt::format("{}, as when they were counted", size_));
  }

  std::string path_;
  bool has_ended_ = false;
  TableFile file_;
  TableEncoder encoder_;
  std::size_t size_;
};

/// The table in a folder, plain or with .gz. \throws DataError
std::string table_to_score(const std::string& folder) {
  std::string table = file_in(folder, kTest);
  if (!table.empty()) return table;
  throw DataError(folder, "a folder without such a file", "test.csv; or name a file");
}

}  // namespace

Sign sign_of_csv(const Candidate& data) {
  if (data.is_folder) return data.is_for_table ? Sign::content : Sign::none;
  if (has_ending(data.path, {".csv", ".csv.gz"})) return Sign::name;
  // No text begins with a byte of 0, as IDX does; of CIFAR-10 a record may.
  const bool may_be_text = data.start.empty() || data.start.front() != '\0';
  return data.is_for_table && may_be_text ? Sign::guess : Sign::none;
}

/// Reads a table from a CSV file, or from train.csv and test.csv in a folder: a line with the names
/// of the columns, then records. Categories become one feature each, in the order of their names.
/// \throws DataError for a missing column, a record with another number of fields, a field that is
///   no finite number, and a category in test.csv that train.csv does not have
Dataset load_csv(const Source& source) {
  const files::path path(source.path);
  const bool is_folder = files::is_directory(path);
  if (!files::exists(path)) throw DataError(source.path, "no such file", "a CSV file or a folder");
  const std::string train = is_folder ? (path / kTrain).string() : source.path;
  RawData raw;
  raw.columns = columns_of(train, source);
  raw.train = split_of(train, raw.columns, source.label_column);
  if (is_folder && files::exists(path / kTest)) {
    raw.test = split_of((path / kTest).string(), raw.columns, source.label_column);
  }
  return assemble(std::move(raw), source);
}

/// Opens a table with the form's columns, in any order; others are passed over.
std::unique_ptr<UnlabelledSamples> open_csv(const std::string& path, const SampleForm& form) {
  if (form.columns.empty()) {
    throw DataError(path, "a table",
                    describe(form.shape) + " in arrays: the run was not trained on a table");
  }
  return std::make_unique<TableSamples>(files::is_directory(path) ? table_to_score(path) : path,
                                        form.columns);
}

}  // namespace clvae::data
