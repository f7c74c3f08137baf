#include "run/grid.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "run/sweep_plan.hpp"

namespace clvae::run {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// What is said where the grid is refused.
std::string refusal(const std::vector<std::string>& over) {
  try {
    grid_of(over);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Grid, combines_all_values_in_the_order_of_the_config_whatever_that_of_the_options) {
  const Grid grid = grid_of({"training.alpha=0.1,0.5", "model.latent_dim=2,8"});

  std::vector<std::string> names;
  for (const GridPoint& point : grid.points()) names.push_back(point.name);

  EXPECT_THAT(names, ElementsAre("model.latent_dim=2,training.alpha=0.1",
                                 "model.latent_dim=2,training.alpha=0.5",
                                 "model.latent_dim=8,training.alpha=0.1",
                                 "model.latent_dim=8,training.alpha=0.5"));
  EXPECT_THAT(grid.points()[2].values, ElementsAre("8", "0.1"));
  EXPECT_THAT(grid.points()[2].overrides, ElementsAre("model.latent_dim=8", "training.alpha=0.1"));
}

TEST(Grid, is_one_point_without_a_name_when_no_key_is_tried) {
  const auto points = grid_of({}).points();

  ASSERT_EQ(points.size(), 1U);
  EXPECT_EQ(points[0].name, "");
  EXPECT_TRUE(points[0].overrides.empty());
}

TEST(Grid, keeps_lists_together_and_gives_every_value_a_folder_of_its_own) {
  const Grid grid =
      grid_of({"model.layers=[64, 32],[128]", "dataset.path='a,b',a-b,a/b",
               "model.convolutions=[{channels: 4, stride: 2}],[{channels: 4, stride: 1}]"});

  std::set<std::string> names;
  for (const GridPoint& point : grid.points()) {
    names.insert(point.name);
    EXPECT_EQ(point.name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                           "0123456789_-.,=~+"),
              std::string::npos)
        << point.name;
  }

  EXPECT_EQ(names.size(), 12U);
  EXPECT_THAT(grid.points().front().name, HasSubstr("model.layers=64-32"));
}

TEST(Grid, names_the_key_when_it_or_a_value_is_refused) {
  EXPECT_THAT(refusal({"model.latent_dims=2"}), HasSubstr("latent_dim"));
  EXPECT_THAT(refusal({"model.latent_dims=2"}), HasSubstr("--over"));
  EXPECT_THAT(refusal({"model.latent_dim=2,many"}), HasSubstr("model.latent_dim"));
  EXPECT_THAT(refusal({"model.latent_dim=2,many"}), HasSubstr("many"));
  EXPECT_THAT(refusal({"model.latent_dim=2,,3"}), HasSubstr("model.latent_dim"));
  EXPECT_THAT(refusal({"training.alpha=0.1,1e-1"}), HasSubstr("training.alpha: found the value"));
  EXPECT_THAT(refusal({"training.alpha=0.1", "training.alpha=0.2"}), HasSubstr("twice"));
  EXPECT_THAT(refusal({"model=2"}), HasSubstr("a section"));
  EXPECT_THAT(refusal({"training.alpha"}), HasSubstr("KEY=VALUE"));
  EXPECT_THAT(refusal({"output=a,b"}), HasSubstr("--output"));
  EXPECT_THAT(refusal({"dataset.outlier_classes=[1],[2]"}), HasSubstr("--outliers"));
}

const std::vector<std::string> kDigits{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

SweepClasses classes_for(const SweepWords& words, bool has_grid = true,
                         std::vector<std::string> outliers = {"0"}) {
  config::Dataset dataset;
  dataset.outlier_classes = std::move(outliers);
  return sweep_classes(words, has_grid, dataset, kDigits);
}

TEST(ClassesIn, takes_numbers_names_and_ranges) {
  EXPECT_THAT(classes_in("7,0,5-6", kDigits, "--outliers"), ElementsAre(0, 5, 6, 7));
  EXPECT_THAT(classes_in("cat,a-b", {"a-b", "cat", "dog"}, "--outliers"), ElementsAre(0, 1));
  for (const char* words : {"5-", "-1", "6-5", "8-12", "", "1,,2", "all"}) {
    EXPECT_THROW(classes_in(words, kDigits, "--outliers"), UsageError) << words;
  }
}

TEST(SweepClasses, are_each_class_or_the_configs_when_none_are_named) {
  EXPECT_EQ(classes_for({}, false).reported.size(), 10U);
  const SweepClasses configs = classes_for({}, true, {"0", "3"});
  EXPECT_TRUE(configs.are_the_configs);
  EXPECT_THAT(configs.reported, ElementsAre(ElementsAre(0, 3)));
}

TEST(SweepClasses, that_are_chosen_on_are_never_reported_on) {
  const SweepClasses classes = classes_for({"each", "5-9"});
  EXPECT_THAT(classes.choosing, ElementsAre(5, 6, 7, 8, 9));
  EXPECT_THAT(classes.reported, ElementsAre(ElementsAre(0), ElementsAre(1), ElementsAre(2),
                                            ElementsAre(3), ElementsAre(4)));

  EXPECT_THROW(classes_for({"4,5", "5-9"}), UsageError);
  EXPECT_THROW(classes_for({"", "5-9"}, true, {"7"}), UsageError);
  EXPECT_THROW(classes_for({"each", "0-9"}), UsageError);
}

TEST(ChoosingRuns, exclude_every_class_that_is_reported_on) {
  const std::vector<GridPoint> points = grid_of({"model.latent_dim=2,3"}).points();
  const SweepClasses classes = classes_for({"0,1", "5,6"});

  const auto runs = choosing_runs(classes, points);

  ASSERT_EQ(runs.size(), 4U);
  for (const SweepRun& run : runs) {
    EXPECT_THAT(run.excluded, ElementsAre(0, 1));
    EXPECT_THAT(run.outliers, testing::SizeIs(1));
  }
  EXPECT_EQ(runs[3].folder, "choosing/model.latent_dim=3/outlier_6");
  const auto reports = reporting_runs_of(classes, points, 1);
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_TRUE(reports[0].excluded.empty());
  EXPECT_EQ(reports[1].folder, "reporting/model.latent_dim=3/outlier_1");
}

TEST(ReportingRuns, lie_where_a_sweep_without_a_grid_has_always_put_them) {
  const auto runs = reporting_runs(classes_for({"3,1", ""}, false), grid_of({}).points());

  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].folder, "outlier_1");
  EXPECT_EQ(runs[1].folder, "outlier_3");
}

}  // namespace
}  // namespace clvae::run
