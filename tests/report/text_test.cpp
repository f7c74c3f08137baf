#include "report/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/fixture.hpp"
#include "report/gnuplot.hpp"

namespace clvae::report {
namespace {

using testing::ElementsAre;

TEST(Printable, keeps_text_of_any_script) {
  EXPECT_EQ(printable("zo\u00eb \u732b \U0001F408"), "zo\u00eb \u732b \U0001F408");
}

TEST(Printable, makes_spaces_of_what_steers_a_terminal_or_breaks_a_line) {
  EXPECT_EQ(printable("a\nb\r\x1b[31m\x7f"), "a b  [31m ");
  EXPECT_EQ(printable("a\u0085b\u2028c\u202Ed\u2066e"), "a b c d e");
}

TEST(Printable, marks_bytes_that_are_no_characters) {
  EXPECT_EQ(printable("caf\xe9!"), "caf\uFFFD!");
  EXPECT_EQ(printable("\xc3"), "\uFFFD");                                // cut off
  EXPECT_EQ(printable("\xc0\xaf"), "\uFFFD\uFFFD");                      // overlong
  EXPECT_EQ(printable("\xe0\x80\x80"), "\uFFFD\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(printable("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");            // surrogate
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // beyond Unicode
}

TEST(Shortened, counts_characters_and_not_bytes) {
  EXPECT_EQ(shortened("\u732b\u732b\u732b", 3), "\u732b\u732b\u732b");
  EXPECT_EQ(shortened("\u732b\u732b\u732b\u732b", 3), "\u732b\u732b\u2026");
}

TEST(Wrapped, breaks_at_spaces_and_within_words_only_when_it_must) {
  EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("a abcdefgh b", 3), ElementsAre("a", "abc", "def", "gh", "b"));
  EXPECT_THAT(wrapped("abcdef", 3), ElementsAre("abc", "def"));
  EXPECT_THAT(wrapped("", 3), ElementsAre(""));
}

TEST(OutliersInWords, names_as_many_classes_as_there_is_room_for) {
  EXPECT_EQ(outliers_in_words({"0"}, 40), "outlier class 0");
  EXPECT_EQ(outliers_in_words({"cat", "dog"}, 40), "outlier classes cat, dog");
  EXPECT_EQ(outliers_in_words({"cat", "dog", "horse", "frog"}, 8),
            "outlier classes cat, dog and 2 more");
  EXPECT_EQ(outliers_in_words({}, 40), "no outlier class");
}

TEST(Quoted, writes_as_a_number_whatever_could_mean_something_to_gnuplot) {
  EXPECT_EQ(quoted("zo\u00eb, class 3 (of 4)"), "\"zo\u00eb, class 3 (of 4)\"");
  EXPECT_EQ(quoted("'\"`\\@$#\n"), "\"\\047\\042\\140\\134\\100\\044\\043 \"");
}

TEST(Grouped, sets_digits_in_threes) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(6903), "6,903");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

}  // namespace
}  // namespace clvae::report
