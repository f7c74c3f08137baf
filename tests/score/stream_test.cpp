#include "score/stream.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"

namespace clvae::score {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

data::SampleForm images_of(const data::ImageShape& shape, bool are_bytes = true) {
  data::SampleForm form;
  form.shape = shape;
  form.are_bytes = are_bytes;
  return form;
}

const data::SampleForm kGrey = images_of({1, 2, 3});
const data::SampleForm kColour = images_of({2, 1, 2});

std::vector<StreamItem> all_of(StreamReader& reader) {
  std::vector<StreamItem> items;
  while (auto item = reader.next()) items.push_back(std::move(*item));
  return items;
}

std::vector<StreamItem> items_of(const std::string& bytes, const data::SampleForm& form = kGrey) {
  StreamReader reader(form);
  reader.feed(bytes);
  reader.end();
  return all_of(reader);
}

/// The error of the only item.
std::string error_of(const std::string& line, const data::SampleForm& form = kGrey) {
  const auto items = items_of(line + "\n", form);
  EXPECT_EQ(items.size(), 1U) << line;
  if (items.size() != 1) return "";
  EXPECT_THAT(items[0].sample.pixels, IsEmpty()) << line;
  EXPECT_THAT(items[0].sample.values, IsEmpty()) << line;
  return items[0].error;
}

std::string idx(std::uint8_t dimensions, const std::vector<std::uint8_t>& sizes,
                const std::string& data) {
  std::string bytes{'\0', '\0', '\x08', static_cast<char>(dimensions)};
  for (const std::uint8_t size : sizes) {
    bytes += std::string(3, '\0') + static_cast<char>(size);
  }
  return bytes + data;
}

TEST(JsonStream, gives_images_in_all_forms_that_are_documented) {
  const auto items = items_of(
      "[1,2,3,4,5,255]\n"
      "\n"
      "{\"id\": \"a\\\"b\", \"pixels\": [[1,2,3],[4,5,6]], \"other\": [7]}\r\n"
      "{\"pixels\": [[[0,0,0],[0,0,9]]], \"id\": 17}\n"
      "[1.0,2,3,4,5,6]");

  ASSERT_EQ(items.size(), 4U);
  EXPECT_THAT(items[0].sample.pixels, ElementsAre(1, 2, 3, 4, 5, 255));
  EXPECT_EQ(items[0].number, 1U);
  EXPECT_EQ(items[0].id, "");
  EXPECT_THAT(items[1].sample.pixels, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(items[1].number, 3U);
  EXPECT_EQ(items[1].id, "\"a\\\"b\"");
  EXPECT_THAT(items[2].sample.pixels, ElementsAre(0, 0, 0, 0, 0, 9));
  EXPECT_EQ(items[2].id, "17");
  EXPECT_THAT(items[3].sample.pixels, ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(JsonStream, takes_channels_before_rows_when_there_are_several) {
  EXPECT_THAT(items_of("[[[1,2]],[[3,4]]]", kColour).at(0).sample.pixels, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(items_of("[1,2,3,4]", kColour).at(0).sample.pixels, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(error_of("[[1,2],[3,4]]", kColour), HasSubstr("where 1 rows belong"));
  EXPECT_THAT(error_of("[[[1,2],[3,4]]]", kColour), HasSubstr("an array of 1 where 2 channels"));
}

TEST(JsonStream, says_what_is_wrong_with_a_line) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"nonsense", "no JSON at byte 2"},
      {"[1,2", "a line that ends at byte 4"},
      {"[1,2,3,NaN,5,6]", "NaN at byte 8"},
      {"[1,2,3,4,5,-Infinity]", "Infinity at byte 13"},
      {"[1,2,3,4,5,1e999]", "a number that is none of JSON's"},
      {"[1,2,3,4,5,256]", "pixel 5 is 256; expected a whole number from 0 to 255"},
      {"[-1,2,3,4,5,6]", "pixel 0 is -1"},
      {"[1,2,0.5,4,5,6]", "pixel 2 is 0.5"},
      {"[1,2,null,4,5,6]", "pixel 2 is null"},
      {"[1,2,\"3\",4,5,6]", "pixel 2 is \"3\""},
      {"[1,2,[3],4,5,6]", "pixel 2 is [3]"},
      {"[1,2,3]", "3 pixels; expected 6 pixels, flat or 2 rows of 3"},
      {"[]", "0 pixels; expected 6"},
      {"[[1,2,3],[4,5]]", "an array of 2 where 3 columns belong"},
      {"[[1,2,3],4]", "4 where 3 columns belong"},
      {"[[1,2,3]]", "an array of 1 where 2 rows belong"},
      {"[[],[]]", "channels"},
      {"7", "7; expected an array"},
      {"{\"pixels\": 7}", "7; expected an array"},
      {"{\"image\": []}", "without the key pixels"},
      {"{\"id\": [1], \"pixels\": [1,2,3,4,5,6]}", "an id of [1]"},
      {"[1,2,3,4,5,6] 7", "no JSON at byte 15"},
      {"[1,2,3,4,5,\xff]", "no UTF-8 (Windows-1252?) at byte 12"},
      {std::string("[1,\0 2]", 7), "a NUL at byte 4"},
  };
  for (const auto& [line, error] : cases) EXPECT_THAT(error_of(line), HasSubstr(error)) << line;
}

TEST(JsonStream, takes_pixels_in_0_to_1_when_the_run_was_trained_on_such) {
  const data::SampleForm form = images_of({1, 1, 3}, false);

  EXPECT_THAT(items_of("[[0, 0.5, 1]]", form).at(0).sample.values, ElementsAre(0, 0.5F, 1));
  EXPECT_THAT(error_of("[0, 0.5, 255]", form),
              HasSubstr("pixel 2 is 255; expected a number from 0"));
  EXPECT_THAT(error_of("[0, -0.5, 1]", form), HasSubstr("pixel 1 is -0.5"));
  EXPECT_THAT(error_of("[0, 0.5]", form), HasSubstr("2 pixels; expected 3"));
}

TEST(JsonStream, takes_features_in_their_order) {
  const data::SampleForm form = images_of({3, 1, 1, true});

  const auto items =
      items_of("[1, -2.5, 3e4]\n{\"id\": 1, \"features\": [0, 1, 2], \"other\": 1}\n", form);

  ASSERT_EQ(items.size(), 2U);
  EXPECT_THAT(items[0].sample.features, ElementsAre(1, -2.5, 3e4));
  EXPECT_THAT(items[1].sample.features, ElementsAre(0, 1, 2));
  EXPECT_EQ(items[1].id, "1");
}

TEST(JsonStream, has_features_as_they_are_written_unless_they_are_wanted_in_single_precision) {
  data::SampleForm form = images_of({3, 1, 1, true});

  EXPECT_THAT(items_of("[1700000001, 1e-60, 1e300]", form).at(0).sample.features,
              ElementsAre(1'700'000'001, 1e-60, 1e300));
  form.precision = FeaturePrecision::float32;
  EXPECT_THAT(items_of("[1700000001, 1e-60, 0.1]", form).at(0).sample.features,
              ElementsAre(1'700'000'000, 0, static_cast<double>(0.1F)));
  EXPECT_THAT(error_of("[1, 2, 1e39]", form), HasSubstr("feature 2 is 1e+39; expected a finite"));
}

/// age, kind (a, 7), size
data::SampleForm table() {
  data::SampleForm form = images_of({4, 1, 1, true});
  form.columns = {{"age", {}}, {"kind", {"a", "7"}}, {"size", {}}};
  form.label_column = "label";
  return form;
}

TEST(JsonStream, takes_columns_by_their_names_when_the_run_has_a_table) {
  const auto items = items_of(
      "{\"columns\": {\"size\": -1, \"kind\": \"a\", \"age\": 3.5, \"label\": \"x\"}}\n"
      "{\"columns\": {\"age\": 1, \"kind\": 7, \"size\": 2}}\n"
      "{\"features\": [1, 0, 1, 2]}\n",
      table());

  ASSERT_EQ(items.size(), 3U);
  EXPECT_THAT(items[0].sample.features, ElementsAre(3.5, 1, 0, -1));
  EXPECT_THAT(items[1].sample.features, ElementsAre(1, 0, 1, 2));
  EXPECT_THAT(items[2].sample.features, ElementsAre(1, 0, 1, 2));
}

TEST(JsonStream, says_what_is_wrong_with_features) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"[1,2,3]", "3 features; expected 4"},
      {"[1,2,null,4]", "feature 2 is null; expected a finite number"},
      {"[1,2,1e999,4]", "a number that is none of JSON's"},
      {"[1,2,NaN,4]", "NaN at byte 6; expected features as JSON"},
      {"[1,2,\"3\",4]", "feature 2 is \"3\""},
      {"[[1,2,3,4]]", "1 features; expected 4"},
      {"7", "7; expected an array of 4 features"},
      {"{\"pixels\": [1,2,3,4]}", "without the key columns or features"},
      {"{\"features\": 7}", "7; expected an array of 4 features"},
      {"{\"columns\": [1]}", "columns of [1]; expected an object"},
      {"{\"columns\": {}, \"features\": []}", "expected one of the two"},
      {R"({"columns": {"age": 1, "kind": "a"}})", "no column size; expected age, kind, size"},
      {R"({"columns": {"age": 1, "kind": "b", "size": 1}})",
       "the category \"b\" in column kind; expected a, 7"},
      {R"({"columns": {"age": 1, "kind": null, "size": 1}})", "the category null in column kind"},
      {R"({"columns": {"age": "1", "kind": "a", "size": 1}})",
       "column age is \"1\"; expected a finite number"},
      {R"({"columns": {"age": 1, "kind": "a", "sise": 1}})",
       "the unknown column \"sise\" (did you mean size?)"},
  };
  for (const auto& [line, error] : cases) {
    EXPECT_THAT(error_of(line, table()), HasSubstr(error)) << line;
  }
  EXPECT_THAT(error_of("{\"columns\": {}}", images_of({3, 1, 1, true})),
              HasSubstr("without the key features"));
}

TEST(JsonStream, goes_on_when_a_line_is_broken) {
  const auto items = items_of("[1,2,3,4,5,6]\n{\"id\":\"b\",\"pixels\":[0]}\n[6,5,4,3,2,1]\n");

  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[1].number, 2U);
  EXPECT_EQ(items[1].id, "\"b\"");
  EXPECT_THAT(items[1].error, HasSubstr("1 pixels"));
  EXPECT_THAT(items[2].sample.pixels, ElementsAre(6, 5, 4, 3, 2, 1));
}

TEST(JsonStream, gives_an_image_as_soon_as_its_line_is_whole) {
  StreamReader reader(kGrey);
  EXPECT_FALSE(reader.next());
  reader.feed(std::string("[1,2,3,"));
  EXPECT_FALSE(reader.next());
  reader.feed(std::string("4,5,6]\n[7"));

  EXPECT_TRUE(reader.next());
  EXPECT_FALSE(reader.next());
  reader.end();
  EXPECT_EQ(reader.next()->error, "a line that ends at byte 2; expected an image as JSON");
}

TEST(JsonStream, refuses_a_line_without_end_in_bounded_memory_and_goes_on_after_it) {
  StreamReader reader(kGrey);
  const std::string piece(50'000, '1');
  std::vector<StreamItem> items;
  for (int i = 0; i < 100; ++i) {
    reader.feed(piece);
    for (StreamItem& item : all_of(reader)) items.push_back(std::move(item));
  }
  reader.feed(std::string("\n[1,2,3,4,5,6]\n"));
  for (StreamItem& item : all_of(reader)) items.push_back(std::move(item));

  ASSERT_EQ(items.size(), 2U);
  EXPECT_THAT(items[0].error, HasSubstr("a line of more than"));
  EXPECT_EQ(items[0].number, 1U);
  EXPECT_EQ(items[1].number, 2U);
  EXPECT_THAT(items[1].error, IsEmpty());
}

TEST(JsonStream, survives_arrays_that_are_nested_without_end) {
  EXPECT_THAT(error_of(std::string(20'000, '[') + std::string(20'000, ']')), HasSubstr("expected"));
}

TEST(JsonStream, holds_nothing_when_it_is_empty_or_blank) {
  EXPECT_THAT(items_of(""), IsEmpty());
  EXPECT_THAT(items_of(" \n\n\t\r\n"), IsEmpty());
}

TEST(IdxStream, gives_images_as_they_come) {
  StreamReader reader(kGrey);
  const std::string bytes = idx(3, {2, 2, 3}, "abcdefghijkl");
  std::vector<StreamItem> items;
  for (const char byte : bytes) {
    reader.feed(gsl::make_span(&byte, 1));
    for (StreamItem& item : all_of(reader)) items.push_back(std::move(item));
  }
  reader.end();

  EXPECT_FALSE(reader.next());
  ASSERT_EQ(items.size(), 2U);
  EXPECT_FALSE(items[1].is_line);
  EXPECT_EQ(items[1].number, 1U);
  EXPECT_THAT(items[1].sample.pixels, ElementsAre('g', 'h', 'i', 'j', 'k', 'l'));
}

TEST(IdxStream, counts_on_when_one_file_follows_another) {
  const auto items = items_of(idx(4, {1, 2, 1, 2}, "abcd") + idx(4, {1, 2, 1, 2}, "efgh"), kColour);

  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[1].number, 1U);
  EXPECT_EQ(items[1].sample.pixels.front(), 'e');
}

TEST(IdxStream, says_which_image_is_cut_off) {
  const auto items = items_of(idx(3, {4, 2, 3}, "abcdefgh"));

  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[1].number, 1U);
  EXPECT_EQ(items[1].error, "the stream ends after 2 of its 6 bytes, with 3 images left");
}

TEST(IdxStream, ends_when_it_can_not_be_gone_on_with) {
  const auto refused = [](const std::string& bytes, const char* text) {
    EXPECT_THAT([&] { items_of(bytes); }, ThrowsMessage<DataError>(HasSubstr(text))) << text;
  };
  refused(idx(3, {1, 3, 2}, "abcdef"), "found images of 1 x 3 x 2; expected images of 1 x 2 x 3");
  EXPECT_THAT(
      [&] {
        items_of(idx(3, {1, 2, 3}, "abcdef"), table());
      },
      ThrowsMessage<DataError>(HasSubstr("expected vectors of 4 features")));
  refused(idx(1, {1}, "a"), "magic number 0x00000801");
  refused(idx(3, {1, 0, 3}, ""), "a size of 0");
  refused(idx(3, {1}, ""), "8 bytes at its end");
  refused(idx(3, {1, 2, 3}, "abcdefXYZW"), "magic number 0x58595a57");
}

TEST(Answers, are_lines_of_json_with_the_numbers_that_they_were_given) {
  StreamItem item;
  item.number = 3;
  item.id = "\"a\\u0000b\"";
  const std::string line = answer_line(item, {0.1F, true, "T-shirt \"top\"", 0.7F, 0.125F});
  const auto parsed = nlohmann::json::parse(line);

  EXPECT_EQ(line.back(), '\n');
  EXPECT_EQ(parsed["line"], 3);
  EXPECT_EQ(parsed["id"], std::string("a\0b", 3));
  EXPECT_EQ(parsed["anomaly_score"].get<double>(), static_cast<double>(0.1F));
  EXPECT_EQ(parsed["is_anomaly"], true);
  EXPECT_EQ(parsed["nearest_class"], "T-shirt \"top\"");
  EXPECT_EQ(parsed["confidence"].get<float>(), 0.7F);
  EXPECT_EQ(parsed["disagreement"].get<float>(), 0.125F);
}

TEST(Answers, do_not_say_what_is_an_anomaly_when_there_is_no_threshold) {
  const auto parsed = nlohmann::json::parse(answer_line({}, {0.5F, std::nullopt, "top", 1, 0}));

  EXPECT_FALSE(parsed.contains("is_anomaly"));
  EXPECT_EQ(parsed["anomaly_score"], 0.5);
  EXPECT_EQ(parsed["nearest_class"], "top");
}

TEST(Answers, tell_what_is_wrong_with_an_item) {
  StreamItem item;
  item.number = 0;
  item.is_line = false;
  item.error = "a \"bad\" thing";

  EXPECT_EQ(error_line(item), "{\"index\": 0, \"error\": \"a \\\"bad\\\" thing\"}\n");
}

}  // namespace
}  // namespace clvae::score
