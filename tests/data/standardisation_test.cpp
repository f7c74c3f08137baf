#include <cmath>

#include <gmock/gmock.h>

#include "core/digest.hpp"
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
  dataset.train.features = {1, 5, 3, 5, 1, 5, 3, 5, 1000, -7};
  dataset.train.labels = {0, 0, 1, 1, 2};
  dataset.test.features = {4, 6, 2, 5};
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

/// Training samples of classes a and b in turns, and new ones of three classes.
Dataset dataset_of(const nlohmann::json& golden, int features) {
  Dataset dataset;
  dataset.name = "table";
  dataset.value_type = ValueType::exact;
  dataset.class_names = {"a", "b", "odd"};
  dataset.train.shape = dataset.test.shape = {features, 1, 1, true};
  dataset.train.features = golden.at("train").get<std::vector<double>>();
  dataset.test.features = golden.at("new").get<std::vector<double>>();
  const auto size = static_cast<std::size_t>(features);
  for (std::size_t i = 0; i < dataset.train.features.size() / size; ++i) {
    dataset.train.labels.push_back(static_cast<std::int32_t>(i % 2));
  }
  for (std::size_t i = 0; i < dataset.test.features.size() / size; ++i) {
    dataset.test.labels.push_back(static_cast<std::int32_t>(i % 3));
  }
  return dataset;
}

Standardisation standardisation_of(const Dataset& dataset) {
  SplitOptions options;
  options.outlier_classes = {"odd"};
  options.validation_fraction = 0;
  return draw_experiment(dataset, options).standardisation;
}

TEST(Standardisation, is_numpys) {
  const nlohmann::json numpy = golden("standardisation.json");

  Standardisation by = standardisation_of(dataset_of(numpy, 4));

  const auto means = numpy.at("means").get<std::vector<double>>();
  const auto deviations = numpy.at("deviations").get<std::vector<double>>();
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(by.means[i], means[i], 1e-12 * std::abs(means[i]) + 1e-14);
    EXPECT_NEAR(by.deviations[i], deviations[i], 1e-9 * deviations[i]);
  }
  by = {means, deviations};
  const auto features = numpy.at("new").get<std::vector<double>>();
  std::vector<float> standardised(features.size());
  by.apply(features, standardised);
  EXPECT_EQ(standardised, numpy.at("standardised").get<std::vector<float>>());
}

TEST(Standardisation, is_that_of_exact_arithmetic_when_single_precision_can_not_hold_the_features) {
  const nlohmann::json exact = golden("standardisation.json").at("exact");

  const Standardisation by = standardisation_of(dataset_of(exact, 7));

  const auto means = exact.at("means").get<std::vector<double>>();
  const auto deviations = exact.at("deviations").get<std::vector<double>>();
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_NEAR(by.means[i], means[i], 1e-9 * deviations[i]) << i;
    EXPECT_NEAR(by.deviations[i], deviations[i], 1e-9 * deviations[i]) << i;
  }
  const auto features = exact.at("new").get<std::vector<double>>();
  const auto expected = exact.at("standardised").get<std::vector<double>>();
  std::vector<float> standardised(features.size());
  by.apply(features, standardised);
  for (std::size_t i = 0; i < features.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(standardised[i]), expected[i], 1e-6) << i;
  }
}

TEST(Standardisation, rounds_features_before_when_the_run_was_made_so) {
  Standardisation by{{1'700'000'000, 0}, {10, 1}};
  const std::vector<double> features{1'700'000'007, 0.1};
  std::vector<float> standardised(2);

  by.apply(features, standardised);
  EXPECT_THAT(standardised, ElementsAre(0.7F, 0.1F));
  by.precision = FeaturePrecision::float32;
  by.apply(features, standardised);
  EXPECT_THAT(standardised, ElementsAre(0.0F, 0.1F));  // the next numbers are 128 apart
}

TEST(Fingerprint, is_that_of_single_precision_when_it_holds_all_features) {
  Dataset dataset;
  dataset.train.shape = dataset.test.shape = {2, 1, 1, true};
  dataset.train.features = {1, 0.5, -3, 1e30F};
  dataset.train.labels = {0, 1};
  const auto digest_of = [](const auto& values) {
    Digest digest;
    const std::int64_t train[] = {2, 1, 1, 2};
    const std::int64_t test[] = {2, 1, 1, 0};
    const std::int32_t labels[] = {0, 1};
    digest.add(train, sizeof train).add(labels, sizeof labels);
    digest.add(values.data(), values.size() * sizeof values[0]).add(test, sizeof test);
    return digest.hex128();
  };

  EXPECT_EQ(fingerprint_of(dataset), digest_of(std::vector<float>{1, 0.5F, -3, 1e30F}));
  dataset.train.features[2] = 0.1;
  EXPECT_EQ(fingerprint_of(dataset), digest_of(dataset.train.features));
  const std::string before = fingerprint_of(dataset);
  dataset.train.features[2] = std::nextafter(0.1, 1);
  EXPECT_NE(fingerprint_of(dataset), before);
}

}  // namespace
}  // namespace clvae::data
