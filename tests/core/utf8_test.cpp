#include "core/utf8.hpp"

#include <cerrno>
#include <iconv.h>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/random.hpp"

namespace clvae {
namespace {

/// Whether glibc takes the bytes for UTF-8.
class Iconv {
 public:
  Iconv() : descriptor_(iconv_open("UTF-16LE", "UTF-8")) {}
  ~Iconv() { iconv_close(descriptor_); }
  Iconv(const Iconv&) = delete;
  Iconv& operator=(const Iconv&) = delete;

  /// The place of the first byte that it refuses, or the end.
  std::size_t taken(const std::string& bytes) {
    std::string input = bytes;
    std::vector<char> output(4 * bytes.size() + 16);
    char* from = input.data();
    char* to = output.data();
    std::size_t left = input.size();
    std::size_t room = output.size();
    iconv(descriptor_, nullptr, nullptr, nullptr, nullptr);
    iconv(descriptor_, &from, &left, &to, &room);
    return bytes.size() - left;
  }

 private:
  iconv_t descriptor_;
};

TEST(FirstFault, is_where_glibc_stops_to_convert) {
  Iconv glibc;
  RandomStream stream(Seed{7});
  // Bytes at which one of the rules begins or ends, and some letters.
  const std::string letters =
      "a\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xdf\xe0\xe1\xec\xed\xee\xef\xf0\xf1\xf3\xf4\xf5\xff";
  for (int i = 0; i < 200'000; ++i) {
    std::string bytes(stream.below(3) * 7, 'x');
    for (std::size_t length = 1 + stream.below(5); length > 0; --length) {
      bytes += letters[stream.below(letters.size())];
    }
    ASSERT_EQ(first_fault(bytes).value_or(bytes.size()), glibc.taken(bytes)) << escaped(bytes);
  }
}

TEST(FirstFault, is_a_nul_wherever_it_stands) {
  for (std::size_t place = 0; place < 20; ++place) {
    std::string bytes(20, 'x');
    bytes[place] = '\0';
    EXPECT_EQ(first_fault(bytes), place);
  }
  EXPECT_EQ(first_fault(""), std::nullopt);
  EXPECT_EQ(first_fault("Straße, größer, 日本, 😀"), std::nullopt);
}

TEST(Escaped, writes_bytes_that_are_no_text_and_leaves_all_others) {
  EXPECT_EQ(escaped("Stra\xdf"
                    "e/größe.png"),
            "Stra\\xdfe/größe.png");
  EXPECT_EQ(escaped(std::string("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(escaped("\xff\xfe"), "\\xff\\xfe");
  EXPECT_EQ(escaped("größe"), "größe");
}

}  // namespace
}  // namespace clvae
