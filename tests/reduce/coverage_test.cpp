// A small version of tests/coverage: seeded, so the shares never change.

#include "coverage/coverage.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace clvae::coverage {
namespace {

constexpr std::size_t kTrials = 300;
/// Four standard errors of a share of 300 trials around 0.95.
constexpr double kTolerance = 0.05;

TEST(Intervals, hold_the_truth_about_as_often_as_they_say) {
  Pool pool;
  pool.members = 12;
  for (const Coverage& coverage : measure(pool, {1, 4, 8, 11, 12}, kTrials, 60, Seed{1})) {
    EXPECT_NEAR(coverage.curve, 0.95, kTolerance) << "size " << coverage.size;
    EXPECT_NEAR(coverage.total, 0.95, kTolerance) << "size " << coverage.size;
    if (coverage.size < pool.members) {
      EXPECT_NEAR(coverage.ensemble, 0.95, kTolerance) << "size " << coverage.size;
    }
  }
}

TEST(Intervals, hold_the_truth_nine_times_in_ten_when_one_member_in_ten_is_bad) {
  Pool pool;
  pool.members = 8;
  pool.bad_share = 0.1;
  for (const Coverage& coverage : measure(pool, {1, 4, 7, 8}, kTrials, 64, Seed{1})) {
    EXPECT_GE(coverage.curve, 0.88) << "size " << coverage.size;
    EXPECT_GE(coverage.total, 0.88) << "size " << coverage.size;
  }
}

TEST(Intervals, hold_for_scores_that_are_fitted_anew_for_each_set_of_members) {
  JointPool pool;
  pool.members = 12;
  pool.inliers = 60;
  pool.references = 60;
  for (const char* score : {"joint", "nearest"}) {
    for (const Coverage& coverage : measure_joint(pool, score, {1, 4, 11}, kTrials, Seed{2})) {
      EXPECT_NEAR(coverage.curve, 0.95, kTolerance) << score << ", size " << coverage.size;
      EXPECT_NEAR(coverage.ensemble, 0.95, kTolerance) << score << ", size " << coverage.size;
      EXPECT_GE(coverage.total, 0.90) << score << ", size " << coverage.size;
    }
  }
}

}  // namespace
}  // namespace clvae::coverage
