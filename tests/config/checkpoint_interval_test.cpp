#include "config/checkpoint_interval.hpp"

#include <gtest/gtest.h>

namespace clvae::config {
namespace {

TEST(CheckpointInterval, is_read_when_it_is_a_time_epochs_or_never) {
  EXPECT_TRUE(parse_checkpoint_interval("never").value().is_never());
  EXPECT_EQ(parse_checkpoint_interval("2 epochs").value().epochs, 2);
  EXPECT_EQ(parse_checkpoint_interval("1 epoch").value().epochs, 1);
  EXPECT_EQ(parse_checkpoint_interval("10 min").value().seconds, 600);
  EXPECT_EQ(parse_checkpoint_interval("0.5h").value().seconds, 1800);
}

TEST(CheckpointInterval, is_refused_when_it_says_nothing_that_can_be_kept) {
  for (const char* text : {"", "10", "0 epochs", "0 min", "-1 epochs", "often", "2 epochs more"}) {
    EXPECT_FALSE(parse_checkpoint_interval(text)) << text;
  }
}

}  // namespace
}  // namespace clvae::config
