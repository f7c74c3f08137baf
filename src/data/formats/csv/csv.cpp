/// \file
/// Tables as CSV files.
#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/assembly.hpp"
#include "data/bytes.hpp"
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

/// The columns of the source that the table has to have.
std::vector<std::string> wanted_columns(const Source& source) {
  std::vector<std::string> wanted = source.categorical;
  wanted.push_back(source.label_column);
  return wanted;
}

std::vector<std::string> names_of(const std::vector<Column>& columns) {
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name);
  return names;
}

/// All columns but the label. \throws DataError where the source's columns are not there
std::vector<Column> columns_named(const TableFile& table, const Source& source) {
  const std::size_t label = place_of(source.label_column, table.header(), table.path());
  for (const std::string& name : source.categorical) {
    if (place_of(name, table.header(), table.path()) == label) {
      throw DataError(table.path(), fmt::format("the label column {} as a category", name),
                      "it in dataset.csv.label alone");
    }
  }
  std::vector<Column> columns;
  for (std::size_t i = 0; i < table.header().size(); ++i) {
    if (i != label) columns.push_back({table.header()[i], {}});
  }
  if (columns.empty()) throw DataError(table.path(), "no column besides the label", "features");
  return columns;
}

/// The same with the categories that the file holds.
std::vector<Column> columns_of(const std::string& path, const Source& source) {
  TableFile table(path, source.separator, wanted_columns(source));
  std::vector<Column> columns = columns_named(table, source);
  if (source.categorical.empty()) return columns;
  std::vector<std::size_t> places;
  for (const std::string& name : source.categorical) {
    places.push_back(place_of(name, table.header(), path));
  }
  std::vector<std::set<std::string, std::less<>>> categories(places.size());
  Fields fields;
  while (table.next(fields)) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      const std::string_view category = fields[places[i]];
      if (categories[i].find(category) == categories[i].end()) categories[i].emplace(category);
    }
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::string& name = table.header()[places[i]];
    const auto column = std::find_if(columns.begin(), columns.end(), [&](const Column& candidate) {
      return candidate.name == name;
    });
    column->categories = sorted_classes({categories[i].begin(), categories[i].end()});
  }
  return columns;
}

/// \param warnings gets what was left out
RawSplit split_of(const std::string& path, const std::vector<Column>& columns, const Source& source,
                  std::vector<std::string>& warnings) {
  TableFile table(path, source.separator, wanted_columns(source));
  TableEncoder encoder(columns, table, source.precision);
  const std::size_t label = place_of(source.label_column, table.header(), path);
  RawSplit split;
  split.where = path;
  Fields fields;
  while (table.next(fields)) {
    encoder.append(fields, table.record(), split.features);
    split.labels.emplace_back(fields[label]);
    if (!fields[label].empty()) continue;
    throw DataError(
        path, fmt::format("nothing in column {} of record {}", source.label_column, table.record()),
        "the class of every record");
  }
  if (!table.warning().empty()) warnings.push_back(table.warning());
  split.shape = {split.labels.size(), encoder.features()};
  return split;
}

/// Whether the table tells the class of any record.
bool has_labels(const std::string& path, const std::vector<Column>& columns, const Source& source) {
  TableFile table(path, source.separator, names_of(columns));
  const std::string_view wanted = without_blanks(source.label_column);
  const auto label =
      std::find_if(table.header().begin(), table.header().end(),
                   [&](const std::string& name) { return without_blanks(name) == wanted; });
  if (label == table.header().end()) return false;
  const auto place = static_cast<std::size_t>(label - table.header().begin());
  Fields fields;
  while (table.next(fields)) {
    if (!fields[place].empty()) return true;
  }
  return false;
}

class TableSamples : public UnlabelledSamples {
 public:
  TableSamples(const std::string& path, const SampleForm& form)
      : path_(path),
        file_(path, form.separator, names_of(form.columns)),
        encoder_(form.columns, file_, form.precision) {
    // There are as many records as there are, each with as many fields as there are columns.
    TableFile counted(path, form.separator, names_of(form.columns));
    Fields fields;
    while (counted.next(fields)) encoder_.look(fields, counted.record());
    size_ = counted.record();
  }

  ImageShape shape() const override { return {static_cast<int>(encoder_.features()), 1, 1, true}; }
  std::size_t size() const override { return size_; }
  std::string warning() const override { return file_.warning(); }

  SampleBlock next(std::size_t most) override {
    SampleBlock block;
    Fields fields;
    for (const std::size_t end = file_.record() + std::min(most, left()); file_.record() < end;) {
      take(fields);
      encoder_.append(fields, file_.record(), block.features);
    }
    require_end();
    return block;
  }
  void skip(std::size_t count) override {
    Fields fields;
    for (std::size_t i = std::min(count, left()); i > 0; --i) take(fields);
    require_end();
  }

 private:
  std::size_t left() const { return size_ - file_.record(); }
  void take(Fields& fields) {
    if (!file_.next(fields)) refuse(file_.record());
  }
  void require_end() {
    Fields fields;
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
  std::size_t size_ = 0;
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

/// Reads a table from a CSV file, or from train.csv and test.csv in a folder, plain or with .gz: a
/// line with the names of the columns, then records. Categories become one feature each, in the
/// order of their names. A test.csv without labels is left out, with a warning. \throws DataError
/// for a missing column, a record with another number of fields, a field that is
///   no finite number, or no UTF-8, and a category in test.csv that train.csv does not have
Dataset load_csv(const Source& source) {
  const bool is_folder = files::is_directory(source.path);
  const std::string train = is_folder ? file_in(source.path, kTrain) : existing_file(source.path);
  if (train.empty()) {
    throw DataError(source.path, "a folder without train.csv",
                    "train.csv, plain or with .gz; or name a file");
  }
  const std::string test = is_folder ? file_in(source.path, kTest) : "";
  RawData raw;
  raw.columns = columns_of(train, source);
  raw.train = split_of(train, raw.columns, source, raw.warnings);
  if (!test.empty() && has_labels(test, raw.columns, source)) {
    raw.test = split_of(test, raw.columns, source, raw.warnings);
  } else if (!test.empty()) {
    raw.warnings.push_back(fmt::format(
        "{} has no labels (in a column {}) and is left out: the test split is drawn from {}", test,
        source.label_column, train));
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
                                        form);
}

}  // namespace clvae::data
