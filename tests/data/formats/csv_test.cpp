#include <cstdlib>

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
  EXPECT_THAT(dataset.train.features, ElementsAre(1.5, 0, 1, -20, 0, 1, 0, 3, 4, 0, 1, 5));
  EXPECT_THAT(dataset.test.features, ElementsAre(7, 0, 1, 8));
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
  expect_refused(names + "0,red,a\n1e999,red,a\n",
                 "\"1e999\" in column size of record 2; expected a number of at most 1.798e+308");
  expect_refused(names + "-inf,red,a\n", "\"-inf\" in column size of record 1; expected a finite");
  expect_refused(names + "1.5x,red,a\n", "\"1.5x\" in column size of record 1");
  expect_refused(names + "\"1,5\",red,a\n",
                 "\"1,5\" in column size of record 1; expected a finite number with no sign but");
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
  expect_refused("size,colour,size,kind\n1,red,1,a\n", "the column size twice: columns 1 and 3");
  expect_refused("size,,colour,kind\n1,1,red,a\n", "no name for column 2");
  expect_refused(",size,colour,kind\n0,1,red,a\n1.5,1,red,a\n",
                 "\"1.5\" in column 1, which has no name, of record 2");
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

TEST_F(CsvTest, takes_for_a_number_what_strtod_takes) {
  const std::vector<std::string> numbers{"1e-50",
                                         "1e-310",
                                         "1e-999",
                                         "+1.5",
                                         "0x1p-3",
                                         ".5",
                                         "5.",
                                         "1E+3",
                                         "-0",
                                         "1e308",
                                         "1.7976931348623157e308",
                                         "0.1",
                                         "1700000001",
                                         "123456789012345678901234567890",
                                         "4.9406564584124654e-324",
                                         "2.4703282292062327e-324"};
  std::string text = "size,colour,kind\n";
  for (const std::string& number : numbers) text += number + ",red,a\n";
  put("train.csv", text);
  put("test.csv", "size,colour,kind\n1,red,a\n");

  const Dataset dataset = load();

  ASSERT_EQ(dataset.train.features.size(), 2 * numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    EXPECT_EQ(dataset.train.features[2 * i], std::strtod(numbers[i].c_str(), nullptr))
        << numbers[i];
  }
}

TEST_F(CsvTest, rounds_numbers_once_when_they_are_wanted_in_single_precision) {
  Source source;
  source.format = "csv";
  source.path = folder_;
  source.label_column = "kind";
  source.precision = FeaturePrecision::float32;
  // Between two numbers of single precision, and a little more: by way of double precision it would
  // be rounded to the even one.
  const char* const between = "1.00000005960464477540000000001";
  put("train.csv", std::string("size,kind\n") + between + ",a\n0.1,b\n1e-60,a\n");
  put("test.csv", "size,kind\n1,a\n");

  const Dataset dataset = data::load(source);

  EXPECT_THAT(dataset.train.features,
              ElementsAre(static_cast<double>(std::strtof(between, nullptr)),
                          static_cast<double>(0.1F), 0));
  EXPECT_GT(dataset.train.features[0], 1);
  put("test.csv", "size,kind\n1e39,a\n");
  EXPECT_THAT([&] { data::load(source); },
              ThrowsMessage<DataError>(HasSubstr("expected a number of at most 3.403e+38")));
}

TEST_F(CsvTest, reads_what_spreadsheets_and_pandas_write_as_it_reads_commas_and_points) {
  put("train.csv", "size,colour,kind\n1.5,\"red\",a\n-2e3,blue,b\n1000,red,b\n");
  put("test.csv", "size,colour,kind\n7,red,a\n");
  const Dataset expected = load();
  const std::vector<std::pair<const char*, std::string>> tables{
      {"semicolons", "size;colour;kind\n1.5;red;a\n-2e3;blue;b\n1000;red;b\n"},
      {"decimal commas", "size;colour;kind\r\n1,5;red;a\r\n-2e3;blue;b\r\n1000,000;red;b\r\n"},
      {"tabs", "size\tcolour\tkind\n1.5\tred\ta\n-2e3\tblue\tb\n1000\tred\tb\n"},
      {"tabs and decimal commas", "size\tcolour\tkind\n1,5\tred\ta\n-2e3\tblue\tb\n1000\tred\tb\n"},
      {"a line for Excel",
       "sep=;\r\nsize;colour;kind\r\n1,5;red;a\r\n-2e3;blue;b\r\n1e3;red;b\r\n"},
      {"any sign that it tells",
       "\xef\xbb\xbfsep=|\nsize|colour|kind\n1.5|red|a\n-2e3|blue|b\n1e3|red|b\n"},
      {"a mark and blanks",
       "\xef\xbb\xbf size ,colour, kind\n 1.5 ,red,a\n-2e3,blue, b\n1e3,red,b"},
  };
  for (const auto& [name, text] : tables) {
    put("train.csv", text);

    const Dataset found = load();

    EXPECT_EQ(found.train.features, expected.train.features) << name;
    EXPECT_EQ(found.train.labels, expected.train.labels) << name;
    EXPECT_EQ(found.fingerprint, expected.fingerprint) << name;
    EXPECT_THAT(found.warnings, IsEmpty()) << name;
  }
  put("train.csv", ",size,colour,kind\n0,1.5,red,a\n17,-2e3,blue,b\n3,1000,red,b\n");
  const Dataset indexed = load();
  EXPECT_EQ(indexed.fingerprint, expected.fingerprint);
  EXPECT_THAT(indexed.warnings, ElementsAre(HasSubstr("first column has no name")));
}

TEST_F(CsvTest, takes_the_separator_that_it_is_told) {
  Source source;
  source.format = "csv";
  source.path = folder_ + "/data.csv";
  source.label_column = "kind";
  source.test_fraction = 0.5;
  // With commas there is a column of that name as well.
  put("data.csv", "a;x,kind,b;kind\n1,2;u,3;v\n4,5;w,6;x\n");
  EXPECT_THAT([&] { data::load(source); },
              ThrowsMessage<DataError>(HasSubstr("\"3;v\" in column b;kind")));
  put("data.csv", "a;kind\n1,5;u\n4,5;u\n6;w\n7;w\n");
  source.separator = Separator::semicolon;
  EXPECT_THAT(data::load(source).class_names, ElementsAre("u", "w"));
  source.separator = Separator::tab;
  EXPECT_THAT([&] { data::load(source); }, ThrowsMessage<DataError>(HasSubstr("no column kind")));
}

TEST_F(CsvTest, is_read_from_packed_files_of_a_folder) {
  const std::string text = "size,colour,kind\n1,red,a\n2,red,b\n";
  write_packed("train.csv.gz", Bytes(text.begin(), text.end()));
  write_packed("test.csv.gz", Bytes(text.begin(), text.end()));

  EXPECT_EQ(load().test.size(), 2U);
}

TEST_F(CsvTest, leaves_out_a_test_file_without_labels_and_says_so) {
  put("train.csv", "size,colour,kind\n1,red,a\n2,red,a\n3,red,b\n4,red,b\n");
  for (const char* text : {"size,colour\n5,red\n", "size,colour,kind\n5,red,\n6,red,\n"}) {
    put("test.csv", text);

    const Dataset dataset = load();

    EXPECT_EQ(dataset.train.size(), 2U);
    EXPECT_EQ(dataset.test.size(), 2U);
    EXPECT_THAT(dataset.warnings, ElementsAre(HasSubstr("test.csv has no labels")));
  }
  put("test.csv", "size,colour,kind\n5,red,a\n6,red,\n");
  EXPECT_THAT([&] { load(); },
              ThrowsMessage<DataError>(HasSubstr("nothing in column kind of record 2")));
}

TEST_F(CsvTest, finds_columns_whatever_the_blanks_around_their_names) {
  Source source;
  source.format = "csv";
  source.path = folder_ + "/data.csv";
  source.label_column = " kind";
  source.categorical = {"colour "};
  put("data.csv", "size,colour,kind\n1,red,a\n2,blue,a\n3,red,b\n4,red,b\n");
  EXPECT_THAT(data::load(source).class_names, ElementsAre("a", "b"));
  // Quotes keep them.
  put("data.csv", "size,\" colour\",\" kind\"\n1,red,a\n2,blue,a\n3,red,b\n4,red,b\n");
  const Dataset dataset = data::load(source);
  EXPECT_THAT(dataset.class_names, ElementsAre("a", "b"));
  EXPECT_EQ(dataset.columns.at(1).name, " colour");
  EXPECT_THAT(dataset.columns.at(1).categories, ElementsAre("blue", "red"));
}

TEST_F(CsvTest, refuses_text_that_is_not_utf8_with_record_and_column) {
  expect_refused(
      "size,colour,kind\n1,red,a\n2,red,Stra\xdf"
      "e\n",
      "column kind of record 2, \"Stra\\xdfe\", which is not UTF-8; Windows-1252?");
  expect_refused("size,colour,kind\n1,gr\xfcn,a\n", "column colour of record 1");
  expect_refused(
      "Gr\xf6\xdf"
      "e,colour,kind\n1,red,a\n",
      "the name of column 1, \"Gr\\xf6\\xdfe\", which is not UTF-8");
  // Each field by itself: together they would be one character.
  expect_refused("size,colour,kind\n1,a\xc3,\xa4\n", "column colour of record 1");
}

using TableSamplesTest = UnlabelledTest;

TEST_F(TableSamplesTest, is_read_in_every_way_that_a_table_to_train_on_may_be_written_in) {
  take_a_table();
  for (const char* text : {"weight;note;colour;size\n1,5;x;red;2\n3;y, z;blue;4,25\n",
                           "sep=\t\nweight\tcolour\tsize\n1,5\tred\t2\n3\tblue\t4,25\n",
                           ",weight,colour,size\n9,1.5,red,2\n8,3,blue,4.25\n"}) {
    put("new.csv", text_bytes(text));
    for (const std::size_t most : {1U, 9U}) {
      EXPECT_THAT(all_of("new.csv", most).features, ElementsAre(2, 0, 1, 1.5, 4.25, 1, 0, 3));
    }
  }
  EXPECT_THAT(open("new.csv")->warning(), HasSubstr("first column has no name"));
}

TEST_F(TableSamplesTest, has_the_decimal_sign_of_the_whole_table_wherever_reading_begins) {
  take_a_table();
  put("new.csv", text_bytes("size;colour;weight\n1,5;red;1\n2;red;1\n2.5;red;1\n"));
  expect_refused("new.csv", "\"2.5\" in column size of record 3");
  put("new.csv", text_bytes("size;colour;weight\n1,5;red;1\n2;red;1\n2,5;red;1\n"));
  const auto samples = open("new.csv");
  samples->skip(2);
  EXPECT_THAT(samples->next(1).features, ElementsAre(2.5, 0, 1, 1));
}

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
      EXPECT_THAT(all_of(name, most).features, ElementsAre(2, 0, 1, 1, 4, 1, 0, 3, 6, 0, 1, 5));
    }
    const auto samples = open(name);
    EXPECT_EQ(samples->size(), 3U);
    EXPECT_EQ(samples->shape(), form_.shape);
    EXPECT_THAT(samples->names(), IsEmpty());
    samples->skip(2);
    EXPECT_THAT(samples->next(5).features, ElementsAre(6, 0, 1, 5));
    EXPECT_THAT(samples->next(5).features, IsEmpty());
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
  EXPECT_THAT(samples->next(2).features, ElementsAre(29'999, 0, 1, 1));
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
      {"size,colour,size,weight\n1,red,1,1\n", "the column size twice: columns 1 and 3"},
      {"size,colour,,weight\n1,red,1,1\n", "no name for column 3"},
      {names + "1,red,1e999\n", "expected a number of at most 1.798e+308"},
      {"size,colour,weight,gr\xf6\xdf"
       "e\n1,red,1,1\n",
       "the name of column 4, \"gr\\xf6\\xdfe\", which is not UTF-8; Windows-1252?"},
      {"size,colour,weight,note\n1,red,1,x\n1,red,1,Stra\xdf"
       "e\n",
       "column note of record 2, \"Stra\\xdfe\", which is not UTF-8; Windows-1252?"},
      {std::string("size,colour,weight\n1,re\0d,1\n", 27),
       "column colour of record 1, \"re\\x00d\", which holds a NUL"},
      {std::string("\xff\xfes\0i\0", 6), "found UTF-16"},
      {std::string("s\0i\0z\0", 6), "found UTF-16"},
      {"size;colour;weight\n1,5;red;1\n2,5;red;1.5\n",
       "\"1.5\" in column weight of record 2; expected a comma before decimals, as in record 1"},
      {"size\tcolour\tweight\n1,500\tred\t1\n",
       "\"1,500\" in column size of record 1; expected 1.234 or 1234"}};
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
