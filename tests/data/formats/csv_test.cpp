#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/dataset.hpp"
#include "data/formats/unlabelled.hpp"

namespace clvae::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
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

using TableSamplesTest = UnlabelledTest;

TEST_F(TableSamplesTest, has_the_runs_features_whatever_the_order_of_the_columns) {
  take_a_table();
  const std::string text =
      "weight,note,colour,kind,size\n1,x,red,a,2\n\n3,\"a, b\",blue,,4\n5,,red,never seen,6\n";
  put("new.csv", text_bytes(text));
  write_packed("packed.csv.gz", text_bytes(text));
  put("folder/test.csv", text_bytes(text));
  put("unusual.dat", text_bytes(text));

  for (const char* name : {"new.csv", "packed.csv.gz", "folder", "unusual.dat"}) {
    for (const std::size_t most : {1U, 2U, 9U}) {
      EXPECT_THAT(all_of(name, most).values, ElementsAre(2, 0, 1, 1, 4, 1, 0, 3, 6, 0, 1, 5));
    }
    const auto samples = open(name);
    EXPECT_EQ(samples->size(), 3U);
    EXPECT_EQ(samples->shape(), form_.shape);
    EXPECT_THAT(samples->names(), IsEmpty());
    samples->skip(2);
    EXPECT_THAT(samples->next(5).values, ElementsAre(6, 0, 1, 5));
    EXPECT_THAT(samples->next(5).values, IsEmpty());
  }
}

TEST_F(TableSamplesTest, reads_a_file_that_is_longer_than_its_pieces) {
  take_a_table();
  std::string text = "size,colour,weight\n";
  for (int i = 0; i < 30'000; ++i) text += std::to_string(i) + ",red,\"1\"\n";
  put("long.csv", text_bytes(text));

  const auto samples = open("long.csv");

  ASSERT_EQ(samples->size(), 30'000U);
  samples->skip(29'999);
  EXPECT_THAT(samples->next(2).values, ElementsAre(29'999, 0, 1, 1));
}

TEST_F(TableSamplesTest, names_record_and_column_that_can_not_be_used) {
  take_a_table();
  const std::string names = "size,colour,weight\n";
  const std::vector<std::pair<std::string, std::string>> cases{
      {names + "1,red,1\n2,green,1\n", "the category \"green\" in column colour of record 2"},
      {names + "1,red,1\n1,red,x\n", "\"x\" in column weight of record 2"},
      {names + "nan,red,1\n", "\"nan\" in column size of record 1"},
      {names + ",red,1\n", "nothing in column size of record 1"},
      {names + "1,red,1\n1,red\n", "2 fields in record 2"},
      {"size,color,weight\n1,red,1\n", "no column colour (did you mean color?)"},
      {names, "no records"},
      {"", "no records"},
      {names + "1,\"red,1\n", "misplaced quote"},
      {"size,colour,size,weight\n1,red,1,1\n", "a name twice"}};
  for (const auto& [text, complaint] : cases) {
    put("bad.csv", text_bytes(text));
    expect_refused("bad.csv", complaint);
  }
  put("endless.csv", text_bytes(names + "\"" + std::string(std::size_t{65} << 20U, 'x')));
  expect_refused("endless.csv", "a record of more than 67108864 bytes");
  std::filesystem::create_directories(file("folder"));
  expect_refused("folder", "a folder without such a file; expected test.csv");
  form_.columns.clear();
  put("good.csv", text_bytes(names + "1,red,1\n"));
  expect_refused("good.csv", "the run was not trained on a table");
}

}  // namespace
}  // namespace clvae::data
