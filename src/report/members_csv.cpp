#include <cmath>

#include <fmt/format.h>

#include "clvae/report/members.hpp"
#include "files.hpp"

namespace clvae::report {

namespace {

std::string field(double number) {
  return std::isnan(number) ? std::string() : fmt::format("{}", number);
}

}  // namespace

void write_members_csv(const std::vector<MemberRow>& rows, const std::string& path) {
  std::string content =
      "kind,member,attempt,epochs_run,best_epoch,training_seconds,inlier_accuracy";
  if (!rows.empty()) {
    for (const auto& [score, auc] : rows.front().aucs) content += ",auc_" + score;
  }
  content += '\n';
  for (const MemberRow& row : rows) {
    content +=
        fmt::format("{},{},{},{},{},{:.3f},{}", row.kind, row.member, row.attempt, row.epochs_run,
                    row.best_epoch, row.training_seconds, field(row.inlier_accuracy));
    for (const auto& [score, auc] : row.aucs) content += "," + field(auc);
    content += '\n';
  }
  write_file(path, content);
}

}  // namespace clvae::report
