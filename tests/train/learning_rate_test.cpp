#include "train/learning_rate.hpp"

#include <gtest/gtest.h>

namespace clvae::train {
namespace {

struct Known {
  long step;
  long steps;
  double rate;
};

// Printed by tests/golden/one_cycle.py (PyTorch's OneCycleLR with a peak of 6e-3).
constexpr Known kPyTorch[] = {
    {0, 10, 0.00023999999999999976},
    {1, 10, 0.00312},
    {2, 10, 0.006},
    {3, 10, 0.005702907792080842},
    {4, 10, 0.004870473923698579},
    {5, 10, 0.0036675721316177354},
    {6, 10, 0.0023324518683822642},
    {7, 10, 0.0011295500763014218},
    {8, 10, 0.0002971162079191577},
    {9, 10, 2.4e-08},
    {0, 100, 0.00023999999999999976},
    {1, 100, 0.00025688268339544434},
    {14, 100, 0.002964079943273997},
    {28, 100, 0.0059831173166045555},
    {29, 100, 0.006},
    {30, 100, 0.005996979211707146},
    {64, 100, 0.003000012},
    {98, 100, 3.0447882928547278e-06},
    {99, 100, 2.4e-08},
};

TEST(LearningRate, equals_that_of_pytorch_when_one_cycle) {
  for (const Known& known : kPyTorch) {
    EXPECT_NEAR(learning_rate_at(LearningRateSchedule::one_cycle, 6e-3, known.step, known.steps),
                known.rate, 1e-15)
        << known.step << " of " << known.steps;
  }
}

TEST(LearningRate, never_changes_when_constant) {
  EXPECT_EQ(learning_rate_at(LearningRateSchedule::constant, 1e-3, 0, 10), 1e-3);
  EXPECT_EQ(learning_rate_at(LearningRateSchedule::constant, 1e-3, 9, 10), 1e-3);
}

TEST(LearningRate, stays_between_nothing_and_the_peak_when_there_are_few_steps) {
  for (long steps = 1; steps < 8; ++steps) {
    for (long step = 0; step < steps; ++step) {
      const double rate = learning_rate_at(LearningRateSchedule::one_cycle, 1.0, step, steps);
      EXPECT_GT(rate, 0) << step << " of " << steps;
      EXPECT_LE(rate, 1) << step << " of " << steps;
    }
  }
}

}  // namespace
}  // namespace clvae::train
