#pragma once
/// \file
/// The records of a table as text (RFC 4180, with any separator), through libcsv.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/dataset.hpp"

namespace clvae::data {

/// The fields of a record, for as long as no other is asked for.
using Fields = std::vector<std::string_view>;

/// A table, plain or gzip, that is read record by record: blank lines are left out; blanks around a
/// field that is not quoted don't count. Holds a piece of the file at a time.
class CsvFile {
 public:
  /// Looks at the first line. Where no separator is given, a line such as "sep=;" tells it; else it
  /// is the first of comma, semicolon and tab that makes fields of all names that are wanted of the
  /// line, else the one that makes most fields.
  /// \throws DataError where the file can't be read, or is UTF-16
  CsvFile(const std::string& path, Separator separator, const std::vector<std::string>& wanted);
  ~CsvFile();
  CsvFile(const CsvFile&) = delete;
  CsvFile& operator=(const CsvFile&) = delete;

  const std::string& path() const;
  char separator() const;
  /// \param fields of the next record \return false at the end
  /// \throws DataError where the file can't be read on, quotes stand where none may, or a record is
  ///   longer than 64 MiB
  bool next(Fields& fields);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A table whose first record names the columns. A first column without a name, of whole numbers,
/// is an index as pandas writes it, and left out.
class TableFile {
 public:
  /// \param wanted as of `CsvFile`
  /// \throws DataError as `CsvFile`, and where there is no first record, or a name is missing,
  /// there
  ///   twice, or no text
  TableFile(const std::string& path, Separator separator, const std::vector<std::string>& wanted);

  const std::string& path() const { return file_.path(); }
  char separator() const { return file_.separator(); }
  const std::vector<std::string>& header() const { return header_; }
  /// What was left out, as a warning; empty where nothing was.
  std::string warning() const;
  /// \param fields of the next record, one for each column \return false at the end
  /// \throws DataError as `CsvFile`, and for another number of fields, or one that is no text
  bool next(Fields& fields);
  /// The number of the record that `next` gave last, from 1.
  std::size_t record() const { return record_; }

 private:
  void check_names() const;
  void check_texts(const Fields& fields) const;
  void take_index(Fields& fields) const;

  CsvFile file_;
  std::vector<std::string> header_;
  bool has_index_ = false;
  std::size_t record_ = 0;
};

/// A name of a column without the blanks around it.
std::string_view without_blanks(std::string_view name);

}  // namespace clvae::data
