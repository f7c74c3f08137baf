#pragma once
/// \file
/// Numbers as tables write them.

#include <cstddef>
#include <string>
#include <string_view>

#include "core/value_type.hpp"

namespace clvae::data {

/// A field of a table, and how errors name it.
struct Field {
  std::string_view text;
  const std::string& column;
  std::size_t record = 0;
};

/// Reads the numbers of one table: what strtod takes in the locale C, and is finite; what is less
/// than a double holds is 0. Where fields are not separated by commas, all numbers of the table may
/// have a comma in place of the point.
class NumberReader {
 public:
  /// \param separator of the table's fields  \param where named in errors
  /// \param precision numbers are rounded to it once, from what is written
  NumberReader(char separator, FeaturePrecision precision, std::string where);

  /// \throws DataError for what is no finite number of that precision, and as `look`
  double read(const Field& field);
  /// Takes note of the sign before the decimals. \throws DataError where it is another than before,
  ///   or a comma that may as well part thousands
  void look(const Field& field);

 private:
  [[noreturn]] void refuse(const Field& field, const std::string& expected) const;
  /// The number as strtod reads it. \throws DataError
  double converted(const Field& field, std::string_view text) const;

  char separator_;
  FeaturePrecision precision_;
  std::string where_;
  char sign_ = '\0';             ///< before decimals; 0 while there were none
  std::size_t sign_record_ = 0;  ///< where it was first found
  std::string with_point_;       ///< the field at hand
};

}  // namespace clvae::data
