#pragma once
/// \file
/// How often something happened, and how often it would in the long run.

#include <cstddef>

namespace clvae::reduce {

/// `count` of `trials`, with the interval of Clopper and Pearson for the share in the long run: it
/// holds at least as often as its confidence says, for any share and any number of trials.
struct Proportion {
  std::size_t count = 0;
  std::size_t trials = 0;
  double lower = 0;
  double upper = 1;
  double share() const {
    return trials == 0 ? 0 : static_cast<double>(count) / static_cast<double>(trials);
  }
};

/// Without trials the interval is [0, 1]. \param confidence in (0, 1)
/// \throws UsageError where more is counted than tried, or for another confidence
Proportion proportion(std::size_t count, std::size_t trials, double confidence);

}  // namespace clvae::reduce
