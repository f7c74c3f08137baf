#include "report/members.hpp"

#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "report/fixture.hpp"
#include "report/report.hpp"

namespace clvae::report {
namespace {

TEST(MembersCsv, reads_back_what_was_written_and_keeps_unknown_numbers_empty) {
  const Folder folder;
  MemberRow member{"clvae", 3, 1, 5, 4, 12.25, 0.1 + 0.2, {{"density", 1.0 / 3}, {"x", kUnknown}}};
  MemberRow other{"pca", 0, 0, 0, 0, 2, kUnknown, {{"density", kUnknown}, {"x", 0.5}}};

  write_members_csv({member, other}, folder.file("members.csv"));
  const std::vector<MemberRow> read = read_members_csv(folder.file("members.csv"));

  EXPECT_EQ(content_of_file(folder.file("members.csv")),
            "kind,member,attempt,epochs_run,best_epoch,training_seconds,inlier_accuracy,"
            "auc_density,auc_x\n"
            "clvae,3,1,5,4,12.250,0.30000000000000004,0.3333333333333333,\n"
            "pca,0,0,0,0,2.000,,,0.5\n");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].kind, "clvae");
  EXPECT_EQ(read[0].member, 3U);
  EXPECT_EQ(read[0].attempt, 1U);
  EXPECT_EQ(read[0].epochs_run, 5U);
  EXPECT_EQ(read[0].best_epoch, 4U);
  EXPECT_EQ(read[0].training_seconds, 12.25);
  EXPECT_EQ(read[0].inlier_accuracy, 0.1 + 0.2);
  EXPECT_EQ(read[0].aucs[0].second, 1.0 / 3);
  EXPECT_TRUE(std::isnan(read[0].aucs[1].second));
  EXPECT_TRUE(std::isnan(read[1].inlier_accuracy));
}

TEST(MembersCsv, is_refused_when_it_is_not_as_it_was_written) {
  const Folder folder;
  const std::string header =
      "kind,member,attempt,epochs_run,best_epoch,training_seconds,inlier_accuracy";
  for (const std::string& content :
       {std::string(), std::string("a,b\n"), header + ",density\n",
        header + ",auc_density\nclvae,0,0,1,0,1.0,0.5\n", header + "\nclvae,zero,0,1,0,1.0,0.5\n",
        header + "\nclvae,0,0,1,0,,0.5\n"}) {
    std::ofstream(folder.file("members.csv")) << content;
    EXPECT_THROW(read_members_csv(folder.file("members.csv")), DataError) << content;
  }
}

}  // namespace
}  // namespace clvae::report
