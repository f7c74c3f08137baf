#include "core/digest.hpp"

#include <gtest/gtest.h>

namespace clvae {
namespace {

TEST(Digest, equals_the_published_values_when_nothing_was_added) {
  // XXH3 of the empty input, seed 0 (xxHash's specification, doc/xxhash_spec.md's reference code).
  const Digest digest;
  EXPECT_EQ(digest.value64(), 0x2d06800538d394c2ULL);
  EXPECT_EQ(digest.hex128(), "99aa06d3014798d86001c324468d497f");
}

TEST(Digest, is_the_same_when_bytes_come_in_pieces) {
  const std::string text(10000, 'x');
  Digest whole;
  whole.add(text.data(), text.size());
  Digest pieces;
  pieces.add(text.data(), 1234).add(text.data() + 1234, text.size() - 1234);
  EXPECT_EQ(whole.value64(), pieces.value64());
  EXPECT_EQ(whole.hex128(), pieces.hex128());
}

TEST(Digest, differs_when_strings_are_cut_elsewhere) {
  Digest first;
  first.add(std::string("ab")).add(std::string("c"));
  Digest second;
  second.add(std::string("a")).add(std::string("bc"));
  EXPECT_NE(first.value64(), second.value64());
}

}  // namespace
}  // namespace clvae
