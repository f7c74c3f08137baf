#include "score/threshold.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "core/random.hpp"

namespace clvae::score {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<float> scores_up_to(int count) {
  std::vector<float> scores;
  for (int i = 1; i <= count; ++i) scores.push_back(static_cast<float>(i));
  std::rotate(scores.begin(), scores.begin() + count / 3, scores.end());
  return scores;
}

TEST(Threshold, is_the_rank_that_the_rule_names) {
  // m = floor(0.05 * 100) = 5: the fifth largest of 99.
  EXPECT_EQ(threshold_for(0.05, scores_up_to(99)), 95);
  // m = floor(0.05 * 101) = 5: the fifth largest of 100.
  EXPECT_EQ(threshold_for(0.05, scores_up_to(100)), 96);
  EXPECT_EQ(threshold_for(0.5, scores_up_to(3)), 2);
  EXPECT_EQ(threshold_for(0.01, scores_up_to(99)), 99);
}

TEST(Threshold, lets_fewer_than_the_wished_share_of_its_own_inliers_be_alarms) {
  for (const double rate : {0.01, 0.05, 0.1, 0.29, 0.5}) {
    for (const int count : {100, 101, 137, 1000}) {
      const std::vector<float> scores = scores_up_to(count);

      const std::size_t found = alarms(scores, threshold_for(rate, scores));

      EXPECT_LE(static_cast<double>(found + 1), rate * (count + 1)) << rate << ", " << count;
      EXPECT_GT(static_cast<double>(found + 2), rate * (count + 1) - 1e-9) << rate << ", " << count;
    }
  }
}

TEST(Threshold, keeps_the_rate_on_new_inliers_in_the_mean_of_many_calibrations) {
  constexpr int kTrials = 4000;
  RandomStream stream(Seed{3});
  std::size_t found = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<float> scores;
    for (int i = 0; i < 50; ++i) scores.push_back(static_cast<float>(stream.normal()));
    found += alarms({static_cast<float>(stream.normal())}, threshold_for(0.1, scores));
  }

  // m / (n + 1) = 5 / 51, give or take 3.5 standard deviations.
  EXPECT_NEAR(static_cast<double>(found) / kTrials, 5.0 / 51, 0.0165);
}

TEST(Threshold, calls_no_tie_an_anomaly) {
  const std::vector<float> equal(50, 2.5F);

  EXPECT_EQ(alarms(equal, threshold_for(0.1, equal)), 0U);
}

TEST(Threshold, is_refused_when_it_can_not_be_told) {
  const auto refused = [](double rate, int count, const char* text) {
    EXPECT_THAT([=] { threshold_for(rate, scores_up_to(count)); },
                ThrowsMessage<UsageError>(HasSubstr(text)));
  };
  refused(0.05, 0, "no held-out inliers");
  refused(0.05, 18, "can't be told from 18");
  refused(0, 100, "between 0 and 1");
  refused(1, 100, "between 0 and 1");
  refused(-0.1, 100, "between 0 and 1");
}

}  // namespace
}  // namespace clvae::score
