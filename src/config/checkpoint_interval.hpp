#pragma once
/// \file
/// How often a member in training is kept, as `training.checkpoint_every` says it.

#include <optional>
#include <string>

namespace clvae::config {

/// Either is 0 where the other counts; both are where nothing is ever kept.
struct CheckpointInterval {
  int epochs = 0;
  double seconds = 0;
  bool is_never() const { return epochs == 0 && seconds == 0; }
};

/// "never", "2 epochs", or a length of time with its unit, "10 min". Nothing for any other text.
std::optional<CheckpointInterval> parse_checkpoint_interval(const std::string& text);

}  // namespace clvae::config
