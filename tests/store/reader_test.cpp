#include "store/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "fixture.hpp"

namespace clvae::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

/// A fresh run file and a reader of it.
class OpenRunFile : public testing::Test {
 protected:
  OpenRunFile() { create(path(), small_contents(), ignore_warning); }
  std::string path() const { return folder_.file("run.h5"); }

  const TemporaryFolder folder_;
};

TEST_F(OpenRunFile, has_no_other_parts_than_three) {
  const Reader reader(path());
  EXPECT_THAT(message_of<RunFileError>([&] { reader.samples("members"); }),
              HasSubstr("/members: found nothing; expected train, validation or test"));
}

TEST_F(OpenRunFile, has_no_members_beyond_the_last) {
  const Reader reader(path());
  const MemberIndex beyond(kMembers);
  const auto names_both = AllOf(HasSubstr("found 3 members"), HasSubstr("expected a member 3"));
  EXPECT_THAT(message_of<RunFileError>([&] { reader.slab(Kind::clvae, beyond, "latents"); }),
              names_both);
  EXPECT_THAT(message_of<RunFileError>([&] { reader.is_intact(Kind::clvae, beyond); }), names_both);
}

TEST_F(OpenRunFile, has_no_slabs_of_unknown_names) {
  const Reader reader(path());
  EXPECT_THAT(
      message_of<RunFileError>([&] { reader.slab(Kind::clvae, MemberIndex(0), "seeds"); }),
      HasSubstr("/members/clvae/seeds: found nothing; expected one of latents, weights, nothing"));
}

TEST_F(OpenRunFile, gives_an_empty_slab_when_a_part_has_no_samples) {
  const Reader reader(path());
  EXPECT_THAT(reader.slab(Kind::clvae, MemberIndex(1), "nothing"), IsEmpty());
}

TEST_F(OpenRunFile, can_be_read_by_two_at_a_time) {
  const Reader first(path());
  Reader second(path());
  second = Reader(path());
  EXPECT_EQ(first.seeds(Kind::clvae), second.seeds(Kind::clvae));
  EXPECT_EQ(second.path(), path());
}

}  // namespace
}  // namespace clvae::store
