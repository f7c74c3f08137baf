#include "reduce/merge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"

namespace clvae::reduce {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr ScoreTraits kDensities{9, true, true};
constexpr ScoreTraits kDistances{9, false, true};
constexpr ScoreTraits kErrors{1, false, false};

TEST(RequireMergeable, refuses_a_merge_that_makes_no_sense) {
  EXPECT_THAT([] { require_mergeable(kDistances, Merge::geometric); },
              ThrowsMessage<UsageError>(HasSubstr("geometric")));
  EXPECT_THAT([] { require_mergeable(kDistances, Merge::max_first); },
              ThrowsMessage<UsageError>(HasSubstr("max_first")));
  EXPECT_THAT([] { require_mergeable(kErrors, Merge::max); },
              ThrowsMessage<UsageError>(HasSubstr("mean alone, not by max")));
}

TEST(MergesFor, are_those_that_are_not_refused_when_members_have_a_say_in_each_class) {
  EXPECT_THAT(merges_for(kDensities),
              ElementsAre(Merge::mean, Merge::geometric, Merge::max, Merge::min));
  EXPECT_THAT(merges_for(kDistances), ElementsAre(Merge::mean, Merge::max, Merge::min));
  EXPECT_THAT(merges_for(kErrors), ElementsAre(Merge::mean));
  for (const ScoreTraits& traits : {kDensities, kDistances, kErrors}) {
    for (const Merge merge : merges_for(traits)) {
      EXPECT_NO_THROW(require_mergeable(traits, merge)) << name_of(merge);
    }
  }
}

TEST(MergeNamed, knows_the_words_of_the_config) {
  for (const Merge merge :
       {Merge::mean, Merge::geometric, Merge::max, Merge::min, Merge::max_first}) {
    EXPECT_EQ(merge_named(name_of(merge)), merge);
  }
  EXPECT_EQ(merge_named("median"), std::nullopt);
}

}  // namespace
}  // namespace clvae::reduce
