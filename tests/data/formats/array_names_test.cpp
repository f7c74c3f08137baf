#include "data/formats/array_names.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clvae::data {
namespace {

using testing::Optional;

HasArray among(const std::vector<std::string>& names) {
  return [names](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
}

/// "samples labels", of the test split behind "; ".
std::string found_in(const std::vector<std::string>& names) {
  const auto found = arrays_to_train_on(among(names));
  if (!found) return "";
  const std::string train = found->train.samples + " " + found->train.labels;
  return found->test ? train + "; " + found->test->samples + " " + found->test->labels : train;
}

TEST(ArrayNames, are_those_that_are_in_use) {
  EXPECT_EQ(found_in({"x_train", "y_train", "x_test", "y_test"}), "x_train y_train; x_test y_test");
  EXPECT_EQ(found_in({"X_train", "y_train", "X_test", "y_test"}), "X_train y_train; X_test y_test");
  EXPECT_EQ(found_in({"train_images", "train_labels", "val_images", "test_images", "test_labels"}),
            "train_images train_labels; test_images test_labels");
  EXPECT_EQ(found_in({"train/images", "train/labels"}), "train/images train/labels");
  EXPECT_EQ(found_in({"X", "y"}), "X y");
  EXPECT_EQ(found_in({"data", "target"}), "data target");
  EXPECT_EQ(found_in({"images", "labels"}), "images labels");
  EXPECT_EQ(found_in({"arr_0", "arr_1"}), "arr_0 arr_1");
  EXPECT_EQ(found_in({"arr_0", "arr_1", "arr_2", "arr_3"}), "arr_0 arr_1; arr_2 arr_3");
}

TEST(ArrayNames, are_taken_in_the_order_of_earlier_versions_when_several_fit) {
  EXPECT_EQ(found_in({"x", "y", "X_train", "y_train"}), "x y");
  EXPECT_EQ(found_in({"x", "y", "x_train", "y_train"}), "x_train y_train");
  EXPECT_EQ(found_in({"x", "y", "train/x", "train/y"}), "train/x train/y");
  EXPECT_EQ(found_in({"x", "y", "x_test", "y_test"}), "x y; x_test y_test");
}

TEST(ArrayNames, are_told_when_a_part_is_missing_and_not_guessed_when_nothing_fits) {
  EXPECT_EQ(found_in({"x_train"}), "x_train y_train");
  EXPECT_EQ(found_in({"x", "y", "y_test"}), "x y; x_test y_test");
  EXPECT_EQ(found_in({"a", "b"}), "");
  EXPECT_EQ(found_in({"arr_0", "arr_1", "arr_2"}), "");
}

TEST(ArrayNames, are_those_of_samples_to_score) {
  const auto to_score = [](const std::vector<std::string>& names) {
    return array_to_score(among(names), names);
  };
  EXPECT_THAT(to_score({"x", "x_test", "x_train"}), Optional(std::string("x")));
  EXPECT_THAT(to_score({"x_test", "x_train"}), Optional(std::string("x_test")));
  EXPECT_THAT(to_score({"test_images", "train_images"}), Optional(std::string("test_images")));
  EXPECT_THAT(to_score({"anything"}), Optional(std::string("anything")));
  EXPECT_EQ(to_score({"labels"}), std::nullopt);
  EXPECT_EQ(to_score({"a", "b"}), std::nullopt);
}

TEST(ArrayNames, are_cut_short_in_messages_when_there_are_many) {
  EXPECT_EQ(arrays_in_words({}), "no arrays");
  EXPECT_EQ(arrays_in_words({"a", "b"}), "the arrays a, b");
  EXPECT_EQ(arrays_in_words(std::vector<std::string>(30, "a")).substr(0, 18), "30 arrays, a, a, a");
}

}  // namespace
}  // namespace clvae::data
