#pragma once
/// \file
/// Waiting without burning a core.

#include <chrono>

namespace clvae::comm {

/// Sleeps between two looks at something that is waited for: short at first, longer later, so that
/// an answer is seen soon and a long wait costs next to nothing. MPI's own blocking calls would
/// spin on a core that another rank trains on.
class Patience {
 public:
  void wait();
  /// Starts again with a short sleep; to be called when something happened.
  void reset();

 private:
  static constexpr std::chrono::microseconds kShortest{100};
  static constexpr std::chrono::microseconds kLongest{10000};
  std::chrono::microseconds next_ = kShortest;
};

}  // namespace clvae::comm
