#include <cmath>

#include <gmock/gmock.h>

#include "data/golden.hpp"
#include "data/split.hpp"

namespace clvae::data {
namespace {

using testing::ElementsAre;

TEST(DrawExperiment, standardises_features_by_the_training_inliers_alone) {
  Dataset dataset;
  dataset.name = "table";
  dataset.value_type = ValueType::number;
  dataset.class_names = {"a", "b", "odd"};
  dataset.train.shape = dataset.test.shape = {2, 1, 1, true};
  dataset.train.values = {1, 5, 3, 5, 1, 5, 3, 5, 1000, -7};
  dataset.train.labels = {0, 0, 1, 1, 2};
  dataset.test.values = {4, 6, 2, 5};
  dataset.test.labels = {0, 1};
  SplitOptions options;
  options.outlier_classes = {"odd"};
  options.test_mix = TestMix::all;
  options.validation_fraction = 0;

  const Experiment experiment = draw_experiment(dataset, options);

  EXPECT_THAT(experiment.standardisation.means, ElementsAre(2, 5));
  EXPECT_THAT(experiment.standardisation.deviations, ElementsAre(1, 1));  // the second is constant
  EXPECT_THAT(experiment.train.values.numbers(), ElementsAre(-1, 0, 1, 0, -1, 0, 1, 0));
  EXPECT_THAT(experiment.test.values.numbers(), ElementsAre(2, 1, 0, 0, 998, -12));
}

TEST(Standardisation, is_numpys) {
  const nlohmann::json numpy = golden("standardisation.json");
  Dataset dataset;
  dataset.name = "table";
  dataset.value_type = ValueType::number;
  dataset.class_names = {"a", "b", "odd"};
  dataset.train.shape = dataset.test.shape = {4, 1, 1, true};
  dataset.train.values = numpy.at("train").get<std::vector<float>>();
  for (std::size_t i = 0; i < dataset.train.values.size() / 4; ++i) {
    dataset.train.labels.push_back(static_cast<std::int32_t>(i % 2));
  }
  dataset.test.values = numpy.at("new").get<std::vector<float>>();
  dataset.test.labels = {0, 0, 0, 1, 1, 1, 2, 2, 2};
  SplitOptions options;
  options.outlier_classes = {"odd"};
  options.validation_fraction = 0;

  const Experiment experiment = draw_experiment(dataset, options);

  Standardisation by = experiment.standardisation;
  const auto means = numpy.at("means").get<std::vector<double>>();
  const auto deviations = numpy.at("deviations").get<std::vector<double>>();
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(by.means[i], means[i], 1e-12 * std::abs(means[i]) + 1e-14);
    EXPECT_NEAR(by.deviations[i], deviations[i], 1e-9 * deviations[i]);
  }
  by = {means, deviations};
  std::vector<float> features = numpy.at("new").get<std::vector<float>>();
  by.apply(features);
  EXPECT_EQ(features, numpy.at("standardised").get<std::vector<float>>());
}

}  // namespace
}  // namespace clvae::data
