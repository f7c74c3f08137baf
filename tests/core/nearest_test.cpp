#include "core/nearest.hpp"

#include <gtest/gtest.h>

namespace clvae {
namespace {

TEST(NearestWord, finds_the_meant_word_when_letters_are_off) {
  const std::vector<std::string> words{"epochs", "batch_size", "patience"};
  EXPECT_EQ(nearest_word("epoch", words), "epochs");
  EXPECT_EQ(nearest_word("bacth_size", words), "batch_size");
  EXPECT_EQ(nearest_word("patients", words), "patience");
}

TEST(NearestWord, finds_nothing_when_all_words_are_far) {
  EXPECT_EQ(nearest_word("zebra", {"epochs", "batch_size"}), std::nullopt);
  EXPECT_EQ(nearest_word("x", {}), std::nullopt);
}

TEST(Alternatives, stand_with_an_or_before_the_last) {
  EXPECT_EQ(alternatives({}), "");
  EXPECT_EQ(alternatives({"a"}), "a");
  EXPECT_EQ(alternatives({"a", "b", "c"}), "a, b or c");
}

}  // namespace
}  // namespace clvae
