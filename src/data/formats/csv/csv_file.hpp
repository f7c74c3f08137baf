#pragma once
/// \file
/// The records of a CSV file (RFC 4180), through libcsv.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace clvae::data {

/// A CSV file, plain or gzip, that is read record by record: blank lines are left out; blanks
/// around a field that is not quoted don't count. Holds a piece of the file at a time.
class CsvFile {
 public:
  /// \throws DataError where it can't be read
  explicit CsvFile(const std::string& path);
  ~CsvFile();
  CsvFile(const CsvFile&) = delete;
  CsvFile& operator=(const CsvFile&) = delete;

  const std::string& path() const;
  /// \param fields of the next record \return false at the end
  /// \throws DataError where the file can't be read on, quotes stand where none may, or a record is
  ///   longer than 64 MiB
  bool next(std::vector<std::string>& fields);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A CSV file whose first record names the columns.
class TableFile {
 public:
  /// \throws DataError as `CsvFile`, and where there is no first record, or a name is missing or
  ///   there twice
  explicit TableFile(const std::string& path);

  const std::string& path() const { return file_.path(); }
  const std::vector<std::string>& header() const { return header_; }
  /// \param fields of the next record, one for each column \return false at the end
  /// \throws DataError as `CsvFile`, and for another number of fields
  bool next(std::vector<std::string>& fields);
  /// The number of the record that `next` gave last, from 1.
  std::size_t record() const { return record_; }

 private:
  CsvFile file_;
  std::vector<std::string> header_;
  std::size_t record_ = 0;
};

}  // namespace clvae::data
