#include "data/split.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"

namespace clvae::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// One pixel a sample, whose value is its position; classes in turn.
LabelledImages images(std::size_t count, int classes) {
  LabelledImages made;
  made.shape = {1, 1, 1};
  for (std::size_t i = 0; i < count; ++i) {
    made.pixels.push_back(static_cast<std::uint8_t>(i));
    made.labels.push_back(static_cast<std::int32_t>(i % static_cast<std::size_t>(classes)));
  }
  return made;
}

Dataset dataset_of(std::size_t train, std::size_t test, int classes) {
  Dataset dataset;
  dataset.name = "counting";
  dataset.train = images(train, classes);
  dataset.test = images(test, classes);
  for (int label = 0; label < classes; ++label)
    dataset.class_names.push_back(std::to_string(label));
  return dataset;
}

SplitOptions with_outlier(int outlier) {
  SplitOptions options;
  options.outlier_classes = {std::to_string(outlier)};
  return options;
}

std::map<int, int> class_counts(const Part& part) {
  std::map<int, int> counts;
  for (const std::int32_t label : part.labels) ++counts[label];
  return counts;
}

TEST(DrawExperiment, holds_a_tenth_of_every_inlier_class_out_for_validation) {
  const Experiment experiment = draw_experiment(dataset_of(200, 40, 4), with_outlier(1));

  EXPECT_THAT(experiment.inlier_classes, ElementsAre(0, 2, 3));
  EXPECT_THAT(experiment.outlier_classes, ElementsAre(1));
  EXPECT_EQ(class_counts(experiment.validation), (std::map<int, int>{{0, 5}, {2, 5}, {3, 5}}));
  EXPECT_EQ(class_counts(experiment.train), (std::map<int, int>{{0, 45}, {2, 45}, {3, 45}}));
}

TEST(DrawExperiment, has_nothing_of_classes_that_are_excluded) {
  SplitOptions options = with_outlier(1);
  options.excluded_classes = {"3"};

  const Experiment experiment = draw_experiment(dataset_of(200, 40, 4), options);

  EXPECT_THAT(experiment.inlier_classes, ElementsAre(0, 2));
  for (const Part* part : {&experiment.train, &experiment.validation, &experiment.test}) {
    EXPECT_EQ(class_counts(*part).count(3), 0U);
  }
  // The others' draws are as they were.
  const Experiment whole = draw_experiment(dataset_of(200, 40, 4), with_outlier(1));
  for (const std::int64_t index : experiment.validation.original_index) {
    EXPECT_THAT(whole.validation.original_index, testing::Contains(index));
  }
}

TEST(DrawExperiment, is_refused_when_a_class_is_an_outlier_and_excluded_or_there_are_too_few_left) {
  SplitOptions options = with_outlier(1);
  options.excluded_classes = {"1"};
  EXPECT_THAT([&] { draw_experiment(dataset_of(200, 40, 4), options); },
              ThrowsMessage<DataError>(HasSubstr("class 1 both excluded and an outlier")));
  options.excluded_classes = {"2", "3"};
  EXPECT_THAT(
      [&] { draw_experiment(dataset_of(200, 40, 4), options); },
      ThrowsMessage<DataError>(HasSubstr("1 classes besides the outliers and the excluded")));
}

TEST(DrawExperiment, shares_no_sample_between_parts) {
  const Experiment experiment = draw_experiment(dataset_of(200, 40, 4), with_outlier(1));

  std::set<std::pair<int, std::int64_t>> seen;
  for (const Part* part : {&experiment.train, &experiment.validation, &experiment.test}) {
    ASSERT_EQ(part->values.bytes().size(), part->size());
    for (std::size_t i = 0; i < part->size(); ++i) {
      EXPECT_TRUE(seen.insert({part->original_split[i], part->original_index[i]}).second);
      EXPECT_EQ(part->values.bytes()[i], part->original_index[i]);
      EXPECT_EQ(part->labels[i], part->original_index[i] % 4);
    }
  }
}

TEST(DrawSamples, needs_no_values_and_leaves_them_to_be_copied_into_memory_of_anyone) {
  const Dataset dataset = dataset_of(200, 40, 4);
  Dataset outline = dataset;
  outline.train.pixels.clear();
  outline.test.pixels.clear();
  const auto owner = std::make_shared<std::vector<std::byte>>(1000);
  const Experiment whole = draw_experiment(dataset, with_outlier(1));

  Experiment experiment = draw_samples(outline, with_outlier(1));
  const auto memory = gsl::make_span(*owner).first(memory_needed(experiment));
  copy_values(dataset, experiment, memory);
  place_values(experiment, memory, owner);

  EXPECT_EQ(memory.size(), 135U + 15 + 60);
  EXPECT_EQ(owner.use_count(), 4);
  EXPECT_EQ(experiment.train.original_index, whole.train.original_index);
  for (const auto part : {&Experiment::train, &Experiment::validation, &Experiment::test}) {
    const auto values = (experiment.*part).values.bytes();
    const auto expected = (whole.*part).values.bytes();
    EXPECT_TRUE(std::equal(values.begin(), values.end(), expected.begin(), expected.end()));
  }
  EXPECT_EQ(reinterpret_cast<const std::byte*>(experiment.train.values.bytes().data()),
            owner->data());
}

TEST(DrawExperiment, cuts_the_larger_side_when_the_mix_is_equal) {
  // 30 inliers in the test split; 50 + 10 outliers in both.
  const Experiment experiment = draw_experiment(dataset_of(200, 40, 4), with_outlier(1));

  ASSERT_EQ(experiment.test.size(), 60U);
  for (std::size_t i = 0; i < 60; ++i) {
    EXPECT_EQ(experiment.test_is_outlier[i], i < 30 ? 0 : 1);
    EXPECT_EQ(experiment.test.labels[i] == 1, i >= 30);
    if (i < 30) {
      EXPECT_EQ(experiment.test.original_split[i], 1);
    }
  }
  // Outliers of the training split come first, each split in its order.
  EXPECT_TRUE(std::is_sorted(experiment.test.original_split.begin() + 30,
                             experiment.test.original_split.end()));
}

TEST(DrawExperiment, keeps_every_test_sample_when_told_so) {
  SplitOptions options = with_outlier(1);
  options.test_mix = TestMix::all;

  EXPECT_EQ(draw_experiment(dataset_of(200, 40, 4), options).test.size(), 30U + 60U);
}

TEST(DrawExperiment, keeps_classes_in_proportion_when_training_samples_are_limited) {
  SplitOptions options = with_outlier(1);
  options.train_limit = 50;
  const Dataset dataset = dataset_of(200, 40, 4);

  const Experiment limited = draw_experiment(dataset, options);
  const Experiment full = draw_experiment(dataset, with_outlier(1));

  EXPECT_EQ(limited.train.size(), 50U);
  EXPECT_EQ(class_counts(limited.train), (std::map<int, int>{{0, 17}, {2, 17}, {3, 16}}));
  EXPECT_EQ(limited.validation.original_index, full.validation.original_index);
  EXPECT_EQ(limited.test.original_index, full.test.original_index);
  EXPECT_TRUE(
      std::is_sorted(limited.train.original_index.begin(), limited.train.original_index.end()));
}

TEST(DrawExperiment, takes_all_there_is_when_the_limit_is_larger) {
  SplitOptions options = with_outlier(1);
  options.train_limit = 100000;

  EXPECT_EQ(draw_experiment(dataset_of(200, 40, 4), options).train.size(), 135U);
}

TEST(DrawExperiment, is_the_same_when_drawn_again) {
  const Dataset dataset = dataset_of(200, 40, 4);

  const Experiment first = draw_experiment(dataset, with_outlier(2));
  const Experiment second = draw_experiment(dataset, with_outlier(2));

  EXPECT_EQ(first.validation.original_index, second.validation.original_index);
  EXPECT_EQ(first.test.original_index, second.test.original_index);
}

TEST(DrawExperiment, has_no_validation_samples_when_the_fraction_is_zero) {
  SplitOptions options = with_outlier(1);
  options.validation_fraction = 0;

  const Experiment experiment = draw_experiment(dataset_of(200, 40, 4), options);

  EXPECT_EQ(experiment.validation.size(), 0U);
  EXPECT_EQ(experiment.train.size(), 150U);
}

TEST(DrawExperiment, takes_several_outlier_classes) {
  SplitOptions options;
  options.outlier_classes = {"3", "0"};

  const Experiment experiment = draw_experiment(dataset_of(200, 40, 4), options);

  EXPECT_THAT(experiment.outlier_classes, ElementsAre(0, 3));
  EXPECT_THAT(experiment.inlier_classes, ElementsAre(1, 2));
}

TEST(DrawExperiment, is_refused_when_the_experiment_would_be_empty) {
  const auto refused = [](const Dataset& dataset, const SplitOptions& options, const char* why) {
    EXPECT_THAT([&] { draw_experiment(dataset, options); },
                ThrowsMessage<DataError>(HasSubstr(why)));
  };

  refused(dataset_of(200, 40, 4), with_outlier(4), "no class 4");
  refused(dataset_of(200, 40, 4), with_outlier(-1), "no class -1");
  SplitOptions nearly_all;
  nearly_all.outlier_classes = {"0", "1", "2"};
  refused(dataset_of(200, 40, 4), nearly_all, "1 classes besides the outliers");
  SplitOptions few = with_outlier(1);
  few.train_limit = 2;
  refused(dataset_of(200, 40, 4), few, "no training sample of class");
  Dataset no_test_outliers = dataset_of(200, 40, 4);
  no_test_outliers.test = images(1, 4);
  no_test_outliers.test.labels = {1};
  refused(no_test_outliers, with_outlier(1), "0 inliers");
}

TEST(InlierIndices, count_classes_without_the_outliers) {
  EXPECT_THAT(inlier_indices({0, 2, 3, 2}, {0, 2, 3}), ElementsAre(0, 1, 2, 1));
  EXPECT_THAT([] { inlier_indices({1}, {0, 2}); }, ThrowsMessage<DataError>(HasSubstr("class 1")));
}

TEST(DrawExperiment, has_the_papers_test_set_when_the_data_is_fashion_mnist) {
  const std::string folder = "/usr/share/datasets/fashion-mnist";
  if (!std::filesystem::exists(folder)) {
    GTEST_SKIP()
        << "Debian's dataset-fashion-mnist is not installed: the split of real data is not tested";
  }

  Source source;
  source.format = "idx";
  source.path = folder;
  const Dataset dataset = load(source);
  const Experiment experiment = draw_experiment(dataset, with_outlier(0));

  EXPECT_EQ(dataset.train.size(), 60000U);
  EXPECT_EQ(dataset.test.size(), 10000U);
  EXPECT_EQ(experiment.shape, (ImageShape{1, 28, 28}));
  EXPECT_EQ(experiment.test.size(), 14000U);
  EXPECT_EQ(experiment.train.size(), 48600U);
  EXPECT_EQ(experiment.validation.size(), 5400U);
}

}  // namespace
}  // namespace clvae::data
