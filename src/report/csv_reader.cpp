#include "report/csv_reader.hpp"

#include <filesystem>

#include "clvae/core/errors.hpp"

namespace clvae::report {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

CsvReader::CsvReader(const std::string& path) : path_(path), file_(path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) fail("a directory", "a file");
  if (!file_) fail("nothing that can be read", "a table that clvae reduce wrote");
}

bool CsvReader::next() {
  ++number_;
  return static_cast<bool>(std::getline(file_, line_));
}

void CsvReader::fail(const std::string& found, const std::string& expected) const {
  throw DataError(path_, number_ > 0 ? fmt::format("{} in line {}", found, number_) : found,
                  expected);
}

}  // namespace clvae::report
