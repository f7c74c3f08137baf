#include "reduce/proportion.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"

namespace clvae::reduce {
namespace {

/// How likely at most `count` of `trials` are, each with the chance `share`.
double at_most(int count, int trials, double share) {
  double sum = 0;
  for (int k = 0; k <= count; ++k) {
    const double ways = std::lgamma(trials + 1) - std::lgamma(k + 1) - std::lgamma(trials - k + 1);
    sum += std::exp(ways + k * std::log(share) + (trials - k) * std::log1p(-share));
  }
  return sum;
}

TEST(Proportion, has_bounds_beyond_which_what_was_found_has_half_of_what_is_left) {
  const Proportion some = proportion(45, 1000, 0.95);

  EXPECT_EQ(some.share(), 0.045);
  EXPECT_NEAR(1 - at_most(44, 1000, some.lower), 0.025, 1e-9);
  EXPECT_NEAR(at_most(45, 1000, some.upper), 0.025, 1e-9);
}

TEST(Proportion, ends_at_none_or_all_when_that_was_found) {
  const Proportion none = proportion(0, 10, 0.95);
  const Proportion all = proportion(10, 10, 0.95);

  EXPECT_EQ(none.lower, 0);
  EXPECT_NEAR(none.upper, 1 - std::pow(0.025, 0.1), 1e-12);
  EXPECT_NEAR(all.lower, std::pow(0.025, 0.1), 1e-12);
  EXPECT_EQ(all.upper, 1);
}

TEST(Proportion, knows_nothing_when_nothing_was_tried) {
  const Proportion nothing = proportion(0, 0, 0.95);

  EXPECT_EQ(nothing.lower, 0);
  EXPECT_EQ(nothing.upper, 1);
}

TEST(Proportion, is_refused_when_it_can_not_be) {
  EXPECT_THROW(proportion(2, 1, 0.95), UsageError);
  EXPECT_THROW(proportion(1, 2, 1), UsageError);
  EXPECT_THROW(proportion(1, 2, 0), UsageError);
}

}  // namespace
}  // namespace clvae::reduce
