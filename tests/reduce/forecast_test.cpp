#include "reduce/forecast.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "reduce/golden.hpp"
#include "reduce/walks.hpp"

namespace clvae::reduce {
namespace {

using testing::HasSubstr;

TEST(Forecast, equals_numpys_fit_and_jackknife) {
  int compared = 0;
  for (const auto& known : golden("curve.json")) {
    if (!known.contains("forecast")) continue;
    const auto result =
        forecast(walk_of(known["orders"], known["aucs"]), 0.01, known["confidence"]);
    EXPECT_NEAR(result.asymptote, known["forecast"]["asymptote"].get<double>(), 1e-9);
    EXPECT_NEAR(result.slope, known["forecast"]["slope"].get<double>(), 1e-9);
    EXPECT_NEAR(result.asymptote_interval.lower, known["forecast"]["lower"].get<double>(), 1e-9);
    EXPECT_NEAR(result.asymptote_interval.upper, known["forecast"]["upper"].get<double>(), 1e-9);
    ++compared;
  }
  EXPECT_EQ(compared, 3);
}

/// A curve of exactly 0.95 - 0.1 / k plus members' luck.
Walk rising_walk(std::size_t members, double spread) {
  RandomStream stream(Seed{5});
  std::vector<double> qualities;
  for (std::size_t i = 0; i < members; ++i) qualities.push_back(0.95 + spread * stream.normal());
  Walk walk = walk_of_qualities(qualities, draw_orders(members, 200, Seed{1}));
  for (auto& row : walk.aucs) {
    for (std::size_t k = 0; k < members; ++k) row[k] -= 0.1 / static_cast<double>(k + 1);
  }
  return walk;
}

TEST(Forecast, finds_the_asymptote_when_the_curve_has_its_form) {
  const auto exact = forecast(rising_walk(12, 0), 0.01, 0.95);
  EXPECT_NEAR(exact.asymptote, 0.95, 1e-9);
  EXPECT_NEAR(exact.slope, 0.1, 1e-9);
  EXPECT_EQ(exact.members_needed, 2U);

  const auto noisy = forecast(rising_walk(30, 0.01), 0.01, 0.95);
  EXPECT_LT(noisy.asymptote_interval.lower, 0.95);
  EXPECT_GT(noisy.asymptote_interval.upper, 0.95);
  EXPECT_EQ(noisy.note, "");
}

TEST(Forecast, needs_four_times_the_members_when_the_interval_is_to_be_half_as_wide) {
  const Walk walk = rising_walk(40, 0.02);
  const auto wide = forecast(walk, 0.002, 0.95);
  const auto narrow = forecast(walk, 0.001, 0.95);

  ASSERT_TRUE(wide.members_needed.has_value());
  ASSERT_TRUE(narrow.members_needed.has_value());
  EXPECT_NEAR(static_cast<double>(*narrow.members_needed),
              4 * static_cast<double>(*wide.members_needed), 16);
  const auto points = curve(walk, 0.95);
  const double half = (points.back().curve.upper - points.back().curve.lower) / 2;
  EXPECT_EQ(forecast(walk, half, 0.95).members_needed, 40U);
  EXPECT_EQ(forecast(walk, 1e-9, 0.95).members_needed, std::nullopt);
}

TEST(Forecast, says_so_when_it_cannot_be_trusted) {
  const auto two = forecast(rising_walk(2, 0.01), 0.01, 0.95);
  EXPECT_TRUE(std::isnan(two.asymptote));
  EXPECT_THAT(two.note, HasSubstr("too few"));
  EXPECT_TRUE(two.members_needed.has_value());
  EXPECT_THAT(forecast(rising_walk(5, 0.01), 0.01, 0.95).note, HasSubstr("5 members only"));

  Walk bent = rising_walk(16, 0);
  for (auto& row : bent.aucs) {
    for (std::size_t k = 0; k < 16; ++k) row[k] -= 0.3 / static_cast<double>((k + 1) * (k + 1));
  }
  EXPECT_THAT(forecast(bent, 0.01, 0.95).note, HasSubstr("not settled"));

  const auto one = forecast(walk_of({{0}}, {{0.9}}), 0.01, 0.95);
  EXPECT_EQ(one.members_needed, std::nullopt);
  Walk flat = walk_of({{0}}, {{0.9}});
  flat.is_deterministic = true;
  EXPECT_THAT(forecast(flat, 0.01, 0.95).note, HasSubstr("bring nothing"));
  EXPECT_THROW(forecast(flat, 0, 0.95), UsageError);
}

}  // namespace
}  // namespace clvae::reduce
