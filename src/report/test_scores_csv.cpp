#include "report/test_scores_csv.hpp"

#include <fmt/format.h>

#include "report/csv_reader.hpp"
#include "report/files.hpp"

namespace clvae::report {

namespace {

constexpr std::string_view kSampleColumns = "original_split,original_index,label,is_outlier";

std::vector<ScoreColumn> read_columns(const CsvReader& lines) {
  const std::string_view header = lines.line();
  if (header.substr(0, kSampleColumns.size()) != kSampleColumns) {
    lines.fail("another header", fmt::format("{}, ...", kSampleColumns));
  }
  std::vector<ScoreColumn> columns;
  const std::vector<std::string_view> names = split(header, ',');
  for (std::size_t i = 4; i < names.size(); ++i) {
    const std::vector<std::string_view> words = split(names[i], ':');
    if (words.size() != 3) {
      lines.fail(fmt::format("the column \"{}\"", names[i].substr(0, 40)), "METHOD:SCORE:MERGE");
    }
    columns.push_back({std::string(words[0]), std::string(words[1]), std::string(words[2]), {}});
  }
  return columns;
}

}  // namespace

void write_scores_csv(const ScoreTable& table, const std::string& path) {
  std::string content(kSampleColumns);
  for (const ScoreColumn& column : table.columns) {
    content += fmt::format(",{}:{}:{}", column.method, column.score, column.merge);
  }
  content += '\n';
  for (std::size_t sample = 0; sample < table.labels.size(); ++sample) {
    content +=
        fmt::format("{},{},{},{}", table.original_split[sample], table.original_index[sample],
                    table.labels[sample], table.is_outlier[sample]);
    for (const ScoreColumn& column : table.columns) {
      content += fmt::format(",{}", column.anomalies[sample]);
    }
    content += '\n';
  }
  write_file(path, content);
}

ScoreTable read_scores_csv(const std::string& path) {
  CsvReader lines(path);
  if (!lines.next()) lines.fail("an empty file", "a table that clvae reduce wrote");
  ScoreTable table;
  table.columns = read_columns(lines);
  while (lines.next()) {
    const std::vector<std::string_view> fields = split(lines.line(), ',');
    if (fields.size() != 4 + table.columns.size()) {
      lines.fail(fmt::format("{} fields", fields.size()),
                 fmt::format("{}", 4 + table.columns.size()));
    }
    table.original_split.push_back(lines.number<std::uint8_t>(fields[0]));
    table.original_index.push_back(lines.number<std::int64_t>(fields[1]));
    table.labels.push_back(lines.number<std::int32_t>(fields[2]));
    table.is_outlier.push_back(lines.number<std::uint8_t>(fields[3]));
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      table.columns[i].anomalies.push_back(lines.number<double>(fields[4 + i]));
    }
  }
  return table;
}

}  // namespace clvae::report
