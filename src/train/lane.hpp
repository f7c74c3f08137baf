#pragma once
/// \file
/// Lanes: where members are trained side by side on one device, one in each.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <torch/types.h>

namespace clvae::train {

/// Values on their way from the device to the host.
class Reading {
 public:
  Reading() = default;
  virtual ~Reading() = default;
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  /// Never waits.
  virtual bool has_come() const = 0;
  /// On the CPU. \pre has_come()
  virtual const torch::Tensor& values() const = 0;
};

/// Work that is done again and again with the same tensors.
class Repeated {
 public:
  Repeated() = default;
  virtual ~Repeated() = default;
  Repeated(const Repeated&) = delete;
  Repeated& operator=(const Repeated&) = delete;
  virtual void run() = 0;
};

/// What stays in a lane when a member leaves it, for the next one of its kind: networks, moments,
/// and the steps that were recorded with them.
class Kit {
 public:
  Kit() = default;
  virtual ~Kit() = default;
  Kit(const Kit&) = delete;
  Kit& operator=(const Kit&) = delete;
};

/// Where one member at a time is trained. What is asked of the device within a lane is done in
/// order, and beside what is asked within others; to ask takes less time than to do, so that a
/// thread can keep many lanes busy in turn. All lanes of a device are one thread's.
class Lane {
 public:
  using Work = std::function<void()>;

  Lane() = default;
  virtual ~Lane() = default;
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  /// Whether repeated work is recorded once and then played again, without the host: it has to find
  /// on the device whatever differs from time to time.
  virtual bool replays() const = 0;
  /// Does something in this lane. All that follows is to be called within.
  /// \throws what the work does; of a device's own errors DeviceMemoryError where its memory does
  /// not suffice, and DeviceLostError where it can't be used any more
  virtual void within(const Work& work) = 0;
  /// Makes work that can be repeated. It must have been done before, so that nothing is done for
  /// the first time while it is recorded. \throws as `within`
  virtual std::unique_ptr<Repeated> repeated(Work work) = 0;
  /// Sends values to the host, as they are once all that was asked for is done.
  virtual std::unique_ptr<Reading> read(const torch::Tensor& values) = 0;
  /// Sends values from the host. \param to of the same shape and type, on the device
  virtual void write(const torch::Tensor& to, const torch::Tensor& from) = 0;

  /// Whether the device has so little left to do in this lane that more is to be asked of it. It is
  /// never asked for much more than a moment, so that a training can be stopped at once.
  virtual bool wants_work() = 0;
  /// Counts a piece of work that was asked for.
  virtual void count_work() = 0;

  /// Whether another member may use it; after some errors none may.
  virtual bool is_usable() const { return true; }

  /// What is kept for that kind of member; null where nothing is.
  Kit* kit(const std::string& kind) const {
    const auto found = kits_.find(kind);
    return found == kits_.end() ? nullptr : found->second.get();
  }
  void keep(const std::string& kind, std::unique_ptr<Kit> kit) { kits_[kind] = std::move(kit); }

 protected:
  /// To be called by a destructor that the kits must not outlive.
  void drop_kits() { kits_.clear(); }

 private:
  std::map<std::string, std::unique_ptr<Kit>> kits_;
};

/// A lane without a queue: all is done when it is asked for. Any device, on its current stream.
std::unique_ptr<Lane> immediate_lane();

/// All lanes of a device.
class Lanes {
 public:
  using Make = std::function<std::unique_ptr<Lane>()>;

  explicit Lanes(Make make) : make_(std::move(make)) {}
  ~Lanes() = default;
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  /// A lane that nobody uses, until it is dropped; a new one where there is none. The lanes must
  /// outlive it. \throws DeviceMemoryError, DeviceLostError
  std::shared_ptr<Lane> take();

 private:
  void give_back(std::unique_ptr<Lane> lane);

  Make make_;
  std::vector<std::unique_ptr<Lane>> free_;
};

/// Makes the lanes of a device, where what was asked of it so far (samples on their way there)
/// comes first.
std::unique_ptr<Lanes> lanes_of(torch::Device device);

}  // namespace clvae::train
