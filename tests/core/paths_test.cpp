#include "core/paths.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

namespace clvae {
namespace {

TEST(WithHome, puts_a_home_in_place_of_a_tilde_at_the_begin) {
  const char* const before = std::getenv("HOME");
  const std::string kept = before == nullptr ? "" : before;
  setenv("HOME", "/home/somebody", 1);

  EXPECT_EQ(with_home("~"), "/home/somebody");
  EXPECT_EQ(with_home("~/data/x"), "/home/somebody/data/x");
  EXPECT_EQ(with_home("~root/x"), "/root/x");
  EXPECT_EQ(with_home("~nobody-of-this-name/x"), "~nobody-of-this-name/x");
  for (const char* path : {"", "data/~/x", "data~", "/x"}) EXPECT_EQ(with_home(path), path);

  setenv("HOME", kept.c_str(), 1);
}

TEST(HasControlCharacter, finds_line_ends_and_the_like) {
  for (const char* text : {"a\nb", "a\r", "\t", "\x7f"}) EXPECT_TRUE(has_control_character(text));
  for (const char* text : {"", "a b", "\xc3\xa9"}) EXPECT_FALSE(has_control_character(text));
}

}  // namespace
}  // namespace clvae
