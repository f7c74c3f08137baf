#include <cmath>

#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/dataset.hpp"
#include "data/files.hpp"
#include "data/golden.hpp"
#include "data/split.hpp"
#include "data/table.hpp"

namespace clvae::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

class CsvTest : public FolderTest {
 protected:
  void put(const std::string& name, const std::string& text) const {
    write(name, Bytes(text.begin(), text.end()));
  }
  Dataset load(const std::string& name = "") const {
    Source source;
    source.format = "csv";
    source.path = folder_ + "/" + name;
    source.label_column = "kind";
    source.categorical = {"colour"};
    source.test_fraction = 0.5;
    return data::load(source);
  }
  void expect_refused(const std::string& text, const std::string& complaint) const {
    put("data.csv", text);
    EXPECT_THAT([&] { load("data.csv"); },
                ThrowsMessage<DataError>(
                    testing::AllOf(HasSubstr("data.csv: found "), HasSubstr(complaint))));
  }
};

TEST_F(CsvTest, makes_a_feature_of_every_number_and_every_category) {
  put("train.csv",
      "\xef\xbb\xbfheight, colour ,kind,width\r\n1.5,red,\"b, c\",-2e1\r\n\r\n"
      "0,\"deep \"\"blue\"\"\",a,3\n4,red,a,5");
  put("test.csv", "width,kind,extra,height,colour\n8,a,x,7,red\n");

  const Dataset dataset = load();

  EXPECT_EQ(dataset.train.shape, (ImageShape{4, 1, 1, true}));
  EXPECT_THAT(dataset.class_names, ElementsAre("a", "b, c"));
  EXPECT_THAT(dataset.train.labels, ElementsAre(1, 0, 0));
  // height, deep "blue", red, width
  EXPECT_THAT(dataset.train.values, ElementsAre(1.5F, 0, 1, -20, 0, 1, 0, 3, 4, 0, 1, 5));
  EXPECT_THAT(dataset.test.values, ElementsAre(7, 0, 1, 8));
  ASSERT_EQ(dataset.columns.size(), 3U);
  EXPECT_EQ(dataset.columns[1].name, "colour");
  EXPECT_THAT(dataset.columns[1].categories, ElementsAre("deep \"blue\"", "red"));
}

TEST_F(CsvTest, draws_a_test_split_when_there_is_one_file) {
  std::string text = "colour,size,kind\n";
  for (int i = 0; i < 8; ++i) text += "red," + std::to_string(i) + (i < 4 ? ",x\n" : ",y\n");
  put("data.csv", text);

  const Dataset dataset = load("data.csv");

  EXPECT_EQ(dataset.name, "data");
  EXPECT_THAT(dataset.train.labels, ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(dataset.test.labels, ElementsAre(0, 0, 1, 1));
}

TEST_F(CsvTest, names_record_and_column_when_a_field_can_not_be_used) {
  const std::string names = "size,colour,kind\n";
  expect_refused(names + "1,red,a\nx2,red,a\n", "\"x2\" in column size of record 2");
  expect_refused(names + "1,red,a\n,red,a\n", "nothing in column size of record 2");
  expect_refused(names + "nan,red,a\n", "\"nan\" in column size of record 1");
  expect_refused(names + "1e99,red,a\n", "\"1e99\" in column size of record 1");
  expect_refused(names + "1,red,\n", "nothing in column kind of record 1");
  expect_refused(names + "1,red,a\n1,red\n", "2 fields in record 2");
  expect_refused(names + "1,red,a,9\n", "4 fields in record 1");
  expect_refused(names + "1,re\"d,a\n", "misplaced quote behind record 1");
  expect_refused(names + "1,\"red,a\n", "misplaced quote behind record 1");
}

TEST_F(CsvTest, names_the_column_when_it_is_missing) {
  expect_refused("", "no records");
  expect_refused("size,colour,kind\n", "no records");
  expect_refused("size,colour,kinds\n1,red,a\n", "no column kind (did you mean kinds?)");
  expect_refused("size,colours,kind\n1,red,a\n", "no column colour (did you mean colours?)");
  expect_refused("size,colour,size,kind\n1,red,1,a\n", "a name twice");
  expect_refused("size,,colour,kind\n1,1,red,a\n", "a name twice, or without one");
  EXPECT_THAT([&] { load("nowhere.csv"); },
              ThrowsMessage<DataError>(HasSubstr("nowhere.csv: found no such file")));
  remove("data.csv");
  EXPECT_THAT([&] { load(); }, ThrowsMessage<DataError>(HasSubstr("train.csv")));
}

TEST_F(CsvTest, names_the_category_when_training_does_not_have_it) {
  put("train.csv", "size,colour,kind\n1,red,a\n2,blue,b\n");
  put("test.csv", "size,colour,kind\n1,red,a\n2,green,b\n");

  EXPECT_THAT([&] { load(); },
              ThrowsMessage<DataError>(HasSubstr(
                  "test.csv: found the category \"green\" in column colour of record 2; expected "
                  "one that the training data have: blue, red")));
}

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
