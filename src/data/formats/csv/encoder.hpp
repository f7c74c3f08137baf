#pragma once
/// \file
/// Records of a table as vectors of features.

#include <cstddef>
#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace clvae::data {

/// The position of a column. \param where named in errors \throws DataError where it is not there
std::size_t place_of(const std::string& name, const std::vector<std::string>& header,
                     const std::string& where);

/// Features that the columns become.
std::size_t features_of(const std::vector<Column>& columns);

/// Appends the features of a category. \return whether the column has it; else nothing is appended
bool append_category(const Column& column, const std::string& category,
                     std::vector<float>& features);

/// Turns records with a known header into features: a number as it is, a category into one feature
/// for each category of its column, 1 for its own and 0 for the others.
class TableEncoder {
 public:
  /// \param columns in the order of the features  \param header names of a file's columns, in its
  ///   order; others than those wanted are passed over  \param where named in errors
  /// \throws DataError where a column is missing
  TableEncoder(std::vector<Column> columns, const std::vector<std::string>& header,
               std::string where);

  /// Features of one record.
  std::size_t features() const { return features_; }
  /// Appends the features of one record. \param record its number, from 1, for errors
  /// \throws DataError for a field that is no finite number, or of no known category
  void append(const std::vector<std::string>& fields, std::size_t record,
              std::vector<float>& features) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::size_t> places_;  ///< of each column in a record
  std::string where_;
  std::size_t fields_ = 0;  ///< of a record
  std::size_t features_ = 0;
};

}  // namespace clvae::data
