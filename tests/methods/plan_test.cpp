#include "methods/plan.hpp"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "methods/method.hpp"

namespace clvae::methods {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

PlanOptions options_for(int size, int classes, std::uint64_t seed = 1) {
  PlanOptions options;
  options.size = size;
  options.classes = classes;
  options.ensemble_seed = Seed{seed};
  return options;
}

TEST(Members, are_the_first_of_a_larger_ensemble_when_it_grows) {
  const auto small = members(options_for(3, 9));
  const auto large = members(options_for(20, 9));

  for (std::size_t i = 0; i < small.size(); ++i) {
    EXPECT_EQ(small[i].index, MemberIndex{static_cast<std::uint32_t>(i)});
    EXPECT_EQ(small[i].seed, large[i].seed);
    EXPECT_EQ(small[i].permutation, large[i].permutation);
  }
}

TEST(Members, have_seeds_of_their_own_when_ensembles_differ) {
  std::set<std::uint64_t> seeds;
  for (std::uint64_t ensemble = 0; ensemble < 50; ++ensemble) {
    for (const Member& member : members(options_for(50, 9, ensemble))) {
      seeds.insert(member.seed.value());
    }
  }

  EXPECT_EQ(seeds.size(), 2500U);
}

TEST(Members, draw_every_permutation_about_equally_often) {
  std::map<std::vector<std::int32_t>, int> counts;
  for (const Member& member : members(options_for(6000, 3))) ++counts[member.permutation];

  ASSERT_EQ(counts.size(), 6U);
  double chi_squared = 0;
  for (const auto& [permutation, count] : counts) {
    EXPECT_THAT(permutation, UnorderedElementsAre(0, 1, 2));
    chi_squared += (count - 1000.0) * (count - 1000.0) / 1000.0;
  }
  EXPECT_LT(chi_squared, 20.5);  // 99.9 % quantile with 5 degrees of freedom
}

TEST(Members, keep_classes_at_their_centres_when_the_permutation_is_the_identity) {
  PlanOptions options = options_for(2, 4);
  options.permutation = Permutation::identity;

  for (const Member& member : members(options)) {
    EXPECT_THAT(member.permutation, ElementsAre(0, 1, 2, 3));
  }
}

// Pins what has been published: a change here changes every run that anybody has made.
TEST(Members, are_the_same_in_every_version) {
  const auto first = members(options_for(2, 9));

  EXPECT_EQ(first[0].seed.value(), 5544363260690947671U);
  EXPECT_THAT(first[0].permutation, ElementsAre(7, 8, 1, 0, 5, 2, 4, 6, 3));
  EXPECT_EQ(first[1].seed.value(), 4973325374502447708U);
  EXPECT_EQ(attempt_seed(first[0].seed, Attempt{1}).value(), 3870051246158918343U);
}

TEST(Members, of_other_kinds_have_their_own_seeds_and_no_permutations) {
  std::set<std::uint64_t> seeds;
  for (const KindEntry& entry : kKindTable) {
    const Kind kind = entry.kind;
    PlanOptions options = options_for(3, 9);
    options.kind = kind;
    for (const Member& member : members(options)) {
      seeds.insert(member.seed.value());
      EXPECT_EQ(member.kind, kind);
      EXPECT_EQ(member.permutation.size(), method_of(kind).has_centres() ? 9U : 0U);
    }
  }

  EXPECT_EQ(seeds.size(), 3 * kKindTable.size());
}

// As above: a change here changes every run that anybody has made.
TEST(Members, of_every_kind_are_the_same_in_every_version) {
  const auto seeds_of = [](Kind kind) {
    PlanOptions options = options_for(2, 9);
    options.kind = kind;
    const auto planned = members(options);
    return std::vector{planned[0].seed.value(), planned[1].seed.value()};
  };

  EXPECT_THAT(seeds_of(Kind::clvae), ElementsAre(5544363260690947671U, 4973325374502447708U));
  EXPECT_THAT(seeds_of(Kind::vae), ElementsAre(10045827180344673860U, 2095018313771011400U));
  EXPECT_THAT(seeds_of(Kind::cnn), ElementsAre(7774100267089425415U, 15839214260582063543U));
  EXPECT_EQ(seeds_of(Kind::pca)[0], 9780876832299471960U);
}

TEST(AttemptSeed, differs_when_member_or_attempt_differ) {
  const std::set<std::uint64_t> seeds = {attempt_seed(Seed{1}, Attempt{0}).value(),
                                         attempt_seed(Seed{1}, Attempt{1}).value(),
                                         attempt_seed(Seed{2}, Attempt{0}).value()};

  EXPECT_EQ(seeds.size(), 3U);
}

TEST(Members, are_refused_when_there_is_nothing_to_plan) {
  EXPECT_THROW(members(options_for(0, 9)), UsageError);
  EXPECT_THROW(members(options_for(1, 0)), UsageError);
}

}  // namespace
}  // namespace clvae::methods
