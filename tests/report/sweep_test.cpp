#include "report/sweep.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "report/fixture.hpp"

namespace clvae::report {
namespace {

using testing::HasSubstr;

Sweep sweep_of_two() {
  Sweep sweep;
  sweep.dataset = "MNIST";
  sweep.methods = {"CL-VAE", "CNN"};
  sweep.rows = {{"0", {{0.75, 0.5, 1.0}, {0.5, kUnknown, kUnknown}}},
                {"1", {{0.25, 0.25, 0.25}, {}}}};
  return sweep;
}

TEST(MeanOverClasses, adds_the_sides_of_independent_intervals_in_squares) {
  Sweep sweep = sweep_of_two();
  sweep.rows[1].cells[0] = {0.25, -0.05, 0.65};

  const auto means = mean_over_classes(sweep);

  EXPECT_DOUBLE_EQ(means[0].auc, 0.5);
  EXPECT_DOUBLE_EQ(means[0].lower, 0.5 - std::sqrt(0.25 * 0.25 + 0.3 * 0.3) / 2);
  EXPECT_DOUBLE_EQ(means[0].upper, 0.5 + std::sqrt(0.25 * 0.25 + 0.4 * 0.4) / 2);
}

TEST(MeanOverClasses, is_not_known_when_a_class_has_no_auc_or_there_is_no_class) {
  EXPECT_TRUE(std::isnan(mean_over_classes(sweep_of_two())[1].auc));
  Sweep sweep = sweep_of_two();
  sweep.rows.clear();
  EXPECT_TRUE(std::isnan(mean_over_classes(sweep)[0].auc));
}

TEST(WriteSweepCsv, has_a_row_for_each_class_and_method_and_for_the_means) {
  const Folder folder;
  Sweep sweep = sweep_of_two();
  sweep.rows[0].outlier_name = "a,b";

  write_sweep_csv(sweep, folder.file("sweep.csv"));

  EXPECT_EQ(content_of_file(folder.file("sweep.csv")),
            "outlier,method,auc,lower,upper,confidence\n"
            "\"a,b\",CL-VAE,0.75,0.5,1,0.95\n"
            "\"a,b\",CNN,0.5,,,0.95\n"
            "1,CL-VAE,0.25,0.25,0.25,0.95\n"
            "1,CNN,,,,0.95\n"
            "(mean),CL-VAE,0.5,0.375,0.625,0.95\n"
            "(mean),CNN,,,,0.95\n");
}

TEST(WriteSweepCsv, is_refused_when_a_row_has_other_methods_or_the_folder_is_missing) {
  const Folder folder;
  EXPECT_THROW(write_sweep_csv(sweep_of_two(), folder.file("missing/sweep.csv")), IoError);
  Sweep sweep = sweep_of_two();
  sweep.rows[1].cells.pop_back();
  EXPECT_THROW(write_sweep_csv(sweep, folder.file("sweep.csv")), UsageError);
  EXPECT_THROW(table(sweep), UsageError);
}

TEST(SweepTable, shows_classes_against_methods_as_written_here) {
  EXPECT_EQ(table(sweep_of_two()),
            "AUC with each class anomalous in turn: MNIST; brackets: 95 % total interval\n"
            "\n"
            "outlier class     CL-VAE                     CNN\n"
            "0                 0.7500 [0.5000, 1.0000]    0.5000\n"
            "1                 0.2500 [0.2500, 0.2500]    -\n"
            "mean              0.5000 [0.3750, 0.6250]    -\n"
            "\n"
            "The mean's interval treats the runs as independent.\n");
}

TEST(SweepTable, stays_within_a_hundred_columns_and_says_when_there_is_no_run) {
  Sweep sweep = sweep_of_two();
  sweep.methods.assign(7, "a method with a long title that goes on " + std::string(50, 'x'));
  sweep.rows.assign(3, {std::string(80, 'c') + "\x1b", std::vector<SweepCell>(7, {0.5, 0.4, 0.6})});
  std::istringstream lines(table(sweep));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 102U) << line;  // the ellipsis has three bytes
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
  }
  sweep.rows.clear();
  EXPECT_THAT(table(sweep), HasSubstr("No runs."));
}

/// Two values of one key, each with two classes; then a third with one class alone.
Sweep sweep_of_settings() {
  Sweep sweep = sweep_of_two();
  sweep.keys = {"model.latent_dim"};
  sweep.rows[0].values = sweep.rows[1].values = {"2"};
  sweep.rows.push_back({"0", {{0.875, 0.75, 1.0}, {0.5, 0.4, 0.6}}, {"8, a"}});
  return sweep;
}

TEST(PointsOfSweep, have_the_rows_of_equal_values_and_their_means) {
  const auto points = points_of(sweep_of_settings());

  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].rows.size(), 2U);
  EXPECT_DOUBLE_EQ(points[0].means[0].auc, 0.5);
  EXPECT_DOUBLE_EQ(points[1].means[0].auc, 0.875);
}

TEST(WriteSweepCsv, has_a_column_for_each_key_and_means_where_there_are_several_classes) {
  const Folder folder;

  write_sweep_csv(sweep_of_settings(), folder.file("sweep.csv"));

  EXPECT_EQ(content_of_file(folder.file("sweep.csv")),
            "model.latent_dim,outlier,method,auc,lower,upper,confidence\n"
            "2,0,CL-VAE,0.75,0.5,1,0.95\n"
            "2,0,CNN,0.5,,,0.95\n"
            "2,1,CL-VAE,0.25,0.25,0.25,0.95\n"
            "2,1,CNN,,,,0.95\n"
            "2,(mean),CL-VAE,0.5,0.375,0.625,0.95\n"
            "2,(mean),CNN,,,,0.95\n"
            "\"8, a\",0,CL-VAE,0.875,0.75,1,0.95\n"
            "\"8, a\",0,CNN,0.5,0.4,0.6,0.95\n");
}

TEST(WriteSweepCsv, is_refused_when_a_row_has_no_value_of_a_key) {
  const Folder folder;
  Sweep sweep = sweep_of_settings();
  sweep.rows[2].values.clear();
  EXPECT_THROW(write_sweep_csv(sweep, folder.file("sweep.csv")), UsageError);
}

TEST(SweepTable, has_a_row_for_each_combination_when_keys_were_tried) {
  EXPECT_EQ(
      table(sweep_of_settings()),
      "Mean AUC over up to 2 classes that were anomalous in turn: MNIST; brackets: 95 % total "
      "interval\n"
      "\n"
      "model.latent_dim  CL-VAE                     CNN\n"
      "2                 0.5000 [0.3750, 0.6250]    -\n"
      "8, a              0.8750 [0.7500, 1.0000]    0.5000 [0.4000, 0.6000]\n"
      "\n"
      "The mean's interval treats the runs as independent.\n");
}

}  // namespace
}  // namespace clvae::report
