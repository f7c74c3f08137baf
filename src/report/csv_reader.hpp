#pragma once
/// \file
/// Reading back the tables that hold nothing but words and numbers, so nothing that is quoted.

#include <charconv>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace clvae::report {

/// The pieces between separators; one, empty, of an empty text.
std::vector<std::string_view> split(std::string_view text, char separator);

/// Reads a table line by line, and knows where it is.
class CsvReader {
 public:
  /// \throws DataError where it can't be read
  explicit CsvReader(const std::string& path);

  /// Goes to the next line. \return whether there is one
  bool next();
  const std::string& line() const { return line_; }

  /// \throws DataError for anything but a number
  template <class Number>
  Number number(std::string_view field) const {
    Number value{};
    const auto [end, problem] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (problem != std::errc() || end != field.data() + field.size()) {
      fail(fmt::format("\"{}\"", field.substr(0, 40)), "a number");
    }
    return value;
  }
  /// \throws DataError that names file and line
  [[noreturn]] void fail(const std::string& found, const std::string& expected) const;

 private:
  std::string path_;
  std::ifstream file_;
  std::string line_;
  std::size_t number_ = 0;
};

}  // namespace clvae::report
