#pragma once
/// \file
/// How far the host may be ahead of a device.

#include <algorithm>
#include <cstdint>

namespace clvae::train {

/// Keeps what is queued in one lane to about what it does in a quarter of a second: enough for a
/// device to be busy while the host commits a member, and little enough for a stop to be quick.
class RunAhead {
 public:
  /// \param now seconds
  void queue(double now) {
    if (queued_ == done_) since_ = now;
    ++queued_;
  }
  /// Takes note that all pieces up to the `count`-th are done.
  void done_up_to(std::int64_t count, double now) {
    if (count <= done_) return;
    const double seconds = std::max(now - since_, kShortest);
    const double wanted = static_cast<double>(count - done_) / seconds * kSeconds;
    allowed_ = static_cast<std::int64_t>(
        std::clamp(wanted, static_cast<double>(kFewest), static_cast<double>(kMost)));
    done_ = count;
    since_ = now;
  }
  bool has_room() const { return queued_ - done_ < allowed_; }
  std::int64_t queued() const { return queued_; }

  static constexpr double kSeconds = 0.25;
  static constexpr std::int64_t kFewest = 4;
  static constexpr std::int64_t kMost = 512;

 private:
  static constexpr double kShortest = 1e-6;

  std::int64_t queued_ = 0;
  std::int64_t done_ = 0;
  std::int64_t allowed_ = 2 * kFewest;
  double since_ = 0;  ///< when the first piece that is not done could begin
};

}  // namespace clvae::train
