#include "report/test_scores_csv.hpp"

#include <fstream>
#include <limits>

#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "report/fixture.hpp"

namespace clvae::report {
namespace {

ScoreTable small_table() {
  ScoreTable table;
  table.original_index = {7, 12345678901, 0};
  table.original_split = {1, 0, 0};
  table.labels = {3, 0, 9};
  table.is_outlier = {0, 1, 0};
  table.columns = {
      {"clvae", "density", "mean", {0.1 + 0.2, -1e300, 5}},
      {"pca", "log_likelihood", "mean", {1.0 / 3, std::numeric_limits<double>::infinity(), -0.0}}};
  return table;
}

TEST(ScoresCsv, reads_back_bit_for_bit_what_was_written) {
  const Folder folder;
  const ScoreTable table = small_table();

  write_scores_csv(table, folder.file("scores.csv"));
  const ScoreTable read = read_scores_csv(folder.file("scores.csv"));

  EXPECT_EQ(read.original_index, table.original_index);
  EXPECT_EQ(read.original_split, table.original_split);
  EXPECT_EQ(read.labels, table.labels);
  EXPECT_EQ(read.is_outlier, table.is_outlier);
  ASSERT_EQ(read.columns.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read.columns[i].method, table.columns[i].method);
    EXPECT_EQ(read.columns[i].score, table.columns[i].score);
    EXPECT_EQ(read.columns[i].merge, table.columns[i].merge);
    EXPECT_EQ(read.columns[i].anomalies, table.columns[i].anomalies);
  }
}

void expect_refusal(const std::string& content, const std::string& text) {
  const Folder folder;
  std::ofstream(folder.file("scores.csv")) << content;
  try {
    read_scores_csv(folder.file("scores.csv"));
    ADD_FAILURE() << "no error for " << content;
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
  }
}

TEST(ScoresCsv, is_refused_when_it_is_not_as_it_was_written) {
  const std::string header = "original_split,original_index,label,is_outlier,clvae:density:mean\n";
  expect_refusal("", "an empty file");
  expect_refusal("a,b\n", "another header");
  expect_refusal("original_split,original_index,label,is_outlier,density\n", "METHOD:SCORE:MERGE");
  expect_refusal(header + "0,1,2,0\n", "4 fields in line 2; expected 5");
  expect_refusal(header + "0,1,2,0,0.5\n0,1,x,0,0.5\n", "\"x\" in line 3");
  expect_refusal(header + "0,1,2,0,\n", "a number");
  const Folder folder;
  EXPECT_THROW(read_scores_csv(folder.file("nowhere.csv")), DataError);
  EXPECT_THROW(read_scores_csv(folder.file("")), DataError);
}

}  // namespace
}  // namespace clvae::report
