#include "methods/method.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "methods/list.hpp"

namespace clvae::methods {
namespace {

using testing::ElementsAre;

TEST(Methods, are_listed_once_for_every_kind_in_the_order_of_their_numbers) {
  ASSERT_EQ(kMethods.size(), kKindTable.size());
  for (std::size_t i = 0; i < kMethods.size(); ++i) {
    EXPECT_EQ(kMethods.at(i)().kind(), kKindTable.at(i).kind);
    EXPECT_EQ(static_cast<std::size_t>(kKindTable.at(i).kind), i);
    EXPECT_EQ(&method_of(kKindTable.at(i).kind), &kMethods.at(i)());
  }
}

TEST(Methods, are_found_by_their_names_alone) {
  std::set<std::string> names;
  for (const KindEntry& entry : kKindTable) {
    names.insert(entry.name);
    EXPECT_EQ(kind_named(entry.name), entry.kind);
  }

  EXPECT_EQ(names.size(), kKindTable.size());
  EXPECT_EQ(kind_named("gan"), std::nullopt);
}

TEST(Methods, are_in_the_order_of_their_kinds_when_a_config_names_them) {
  const config::Config config =
      config::parse("{dataset: {path: x}, ensemble: {methods: [pca, clvae]}}", "methods.yaml");

  EXPECT_THAT(methods_of(config), ElementsAre(&method_of(Kind::clvae), &method_of(Kind::pca)));
}

TEST(PlannedMembers, have_a_size_of_their_own_when_the_config_says_so) {
  const config::Config config = config::parse(
      "{dataset: {path: x}, ensemble: {methods: [clvae, vae, pca], size: 5, sizes: {vae: 2}}}",
      "sizes.yaml");

  const Plan plan = planned_members(config, 3);

  EXPECT_EQ(plan.at(Kind::clvae).size(), 5U);
  EXPECT_EQ(plan.at(Kind::vae).size(), 2U);
  EXPECT_EQ(plan.at(Kind::pca).size(), 1U);  // all others would be equal to it
  EXPECT_EQ(member_count(plan), 8U);
  EXPECT_EQ(size_key(Kind::clvae, config.ensemble), "ensemble.size");
  EXPECT_EQ(size_key(Kind::vae, config.ensemble), "ensemble.sizes.vae");
}

}  // namespace
}  // namespace clvae::methods
