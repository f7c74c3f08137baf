#include "hdf5/datatypes.hpp"

#include <gtest/gtest.h>

namespace clvae::hdf5 {
namespace {

TEST(Padded, leaves_one_nul_when_the_text_is_cut) {
  EXPECT_EQ(padded("abcdef", 4), std::string("abc\0", 4));
}

TEST(Padded, fills_with_nul_when_the_text_is_short) {
  EXPECT_EQ(padded("ab", 4), std::string("ab\0\0", 4));
}

TEST(Padded, cuts_between_characters_and_not_inside_one) {
  EXPECT_EQ(padded("aöö", 4), std::string("a\xc3\xb6\0", 4));
  EXPECT_EQ(padded("aöö", 5), std::string("a\xc3\xb6\0\0", 5));
  EXPECT_EQ(padded("aöö", 6), std::string("aöö\0", 6));
}

TEST(Unpadded, ends_at_the_first_nul_or_the_last_byte) {
  EXPECT_EQ(unpadded("ab\0d", 4), "ab");
  EXPECT_EQ(unpadded("abcd", 4), "abcd");
}

}  // namespace
}  // namespace clvae::hdf5
