#pragma once
/// \file
/// Records of a table as vectors of features.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "data/dataset.hpp"
#include "data/formats/csv/csv_file.hpp"
#include "data/formats/csv/number.hpp"

namespace clvae::data {

/// The position of a column; blanks around names don't count where it has none of just that name.
/// \param where named in errors \throws DataError where it is not there
std::size_t place_of(const std::string& name, const std::vector<std::string>& header,
                     const std::string& where);

/// Features that the columns become.
std::size_t features_of(const std::vector<Column>& columns);

/// Appends the features of a category. \return whether the column has it; else nothing is appended
bool append_category(const Column& column, std::string_view category,
                     std::vector<double>& features);

/// Turns the records of a table into features: a number as it is, a category into one feature for
/// each category of its column, 1 for its own and 0 for the others.
class TableEncoder {
 public:
  /// \param columns in the order of the features; others that the table has are passed over
  /// \throws DataError where a column is missing
  TableEncoder(std::vector<Column> columns, const TableFile& table, FeaturePrecision precision);

  /// Features of one record.
  std::size_t features() const { return features_; }
  /// Appends the features of one record. \param record its number, from 1, for errors
  /// \throws DataError for a field that is no finite number, or of no known category
  void append(const Fields& fields, std::size_t record, std::vector<double>& features);
  /// Takes note of how a record's numbers are written, without reading them: a table that is read
  /// in parts is so read as by one who reads all of it. \throws DataError as NumberReader::look
  void look(const Fields& fields, std::size_t record);

 private:
  std::vector<Column> columns_;
  std::vector<std::size_t> places_;  ///< of each column in a record
  std::string where_;
  bool may_have_commas_ = false;  ///< in numbers
  NumberReader numbers_;
  std::size_t features_ = 0;
};

}  // namespace clvae::data
