#include <fmt/format.h>

#include "report/csv_field.hpp"
#include "report/csv_reader.hpp"
#include "report/files.hpp"
#include "report/members.hpp"
#include "report/report.hpp"

namespace clvae::report {

namespace {

constexpr std::string_view kFixedColumns =
    "kind,member,attempt,epochs_run,best_epoch,training_seconds,inlier_accuracy";
constexpr std::string_view kScorePrefix = "auc_";

double number_or_unknown(const CsvReader& lines, std::string_view field) {
  return field.empty() ? kUnknown : lines.number<double>(field);
}

/// The scores that the columns after the fixed ones are of.
std::vector<std::string> read_header(const CsvReader& lines) {
  const std::string_view header = lines.line();
  if (header.substr(0, kFixedColumns.size()) != kFixedColumns) {
    lines.fail("another header", fmt::format("{}, ...", kFixedColumns));
  }
  std::vector<std::string> scores;
  const std::vector<std::string_view> names = split(header, ',');
  for (std::size_t i = 7; i < names.size(); ++i) {
    if (names[i].substr(0, kScorePrefix.size()) != kScorePrefix) {
      lines.fail(fmt::format("the column \"{}\"", names[i].substr(0, 40)), "auc_SCORE");
    }
    scores.emplace_back(names[i].substr(kScorePrefix.size()));
  }
  return scores;
}

}  // namespace

void write_members_csv(const std::vector<MemberRow>& rows, const std::string& path) {
  std::string content(kFixedColumns);
  if (!rows.empty()) {
    for (const auto& [score, auc] : rows.front().aucs) content += ",auc_" + score;
  }
  content += '\n';
  for (const MemberRow& row : rows) {
    content +=
        fmt::format("{},{},{},{},{},{:.3f},{}", row.kind, row.member, row.attempt, row.epochs_run,
                    row.best_epoch, row.training_seconds, csv_field(row.inlier_accuracy));
    for (const auto& [score, auc] : row.aucs) content += "," + csv_field(auc);
    content += '\n';
  }
  write_file(path, content);
}

std::vector<MemberRow> read_members_csv(const std::string& path) {
  CsvReader lines(path);
  if (!lines.next()) lines.fail("an empty file", "a table that clvae reduce wrote");
  const std::vector<std::string> scores = read_header(lines);
  std::vector<MemberRow> rows;
  while (lines.next()) {
    const std::vector<std::string_view> fields = split(lines.line(), ',');
    if (fields.size() != 7 + scores.size()) {
      lines.fail(fmt::format("{} fields", fields.size()), fmt::format("{}", 7 + scores.size()));
    }
    MemberRow row;
    row.kind = fields[0];
    row.member = lines.number<std::size_t>(fields[1]);
    row.attempt = lines.number<std::size_t>(fields[2]);
    row.epochs_run = lines.number<std::size_t>(fields[3]);
    row.best_epoch = lines.number<std::size_t>(fields[4]);
    row.training_seconds = lines.number<double>(fields[5]);
    row.inlier_accuracy = number_or_unknown(lines, fields[6]);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      row.aucs.emplace_back(scores[i], number_or_unknown(lines, fields[7 + i]));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace clvae::report
