#include "comm/patience.hpp"

#include <algorithm>
#include <thread>

namespace clvae::comm {

void Patience::wait() {
  std::this_thread::sleep_for(next_);
  next_ = std::min(2 * next_, kLongest);
}

void Patience::reset() { next_ = kShortest; }

}  // namespace clvae::comm
