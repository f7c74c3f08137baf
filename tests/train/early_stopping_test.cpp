#include "train/early_stopping.hpp"

#include <gtest/gtest.h>

namespace clvae::train {
namespace {

TEST(EarlyStopping, stops_after_its_patience_when_the_loss_gets_no_better) {
  EarlyStopping stopping(2);

  EXPECT_TRUE(stopping.is_best(3.0));
  EXPECT_TRUE(stopping.is_best(2.0));
  EXPECT_FALSE(stopping.is_best(2.5));
  EXPECT_FALSE(stopping.should_stop());
  EXPECT_FALSE(stopping.is_best(2.0));
  EXPECT_TRUE(stopping.should_stop());
  EXPECT_EQ(stopping.best_epoch(), 1);
  EXPECT_EQ(stopping.epochs(), 4);
}

TEST(EarlyStopping, goes_on_when_a_better_loss_comes_in_time) {
  EarlyStopping stopping(2);

  stopping.is_best(2.0);
  stopping.is_best(2.5);
  EXPECT_TRUE(stopping.is_best(1.5));
  EXPECT_FALSE(stopping.should_stop());
  EXPECT_EQ(stopping.best_epoch(), 2);
}

TEST(EarlyStopping, keeps_the_last_epoch_when_patience_is_zero) {
  EarlyStopping stopping(0);

  for (const double loss : {1.0, 2.0, 3.0, 4.0}) EXPECT_TRUE(stopping.is_best(loss));
  EXPECT_FALSE(stopping.should_stop());
  EXPECT_EQ(stopping.best_epoch(), 3);
}

}  // namespace
}  // namespace clvae::train
