// Lanes on NVIDIA GPUs, for LibTorch 1.13 to 2.11.

#include "train/cuda_lane.hpp"

#include <array>
#include <chrono>
#include <cuda_runtime_api.h>
#include <deque>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/cuda/CUDAEvent.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/AutogradState.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <fmt/format.h>
#include <torch/utils.h>

#include "clvae/core/errors.hpp"
#include "train/gpu_memory.hpp"
#include "train/run_ahead.hpp"

namespace clvae::train {

namespace {

using at::cuda::CUDAEvent;
using c10::cuda::CUDAStream;
using Pool = decltype(at::cuda::graph_pool_handle());

double seconds_now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(since).count();
}

// What LibTorch's versions call differently: the first function is taken where the version has what
// it names, else the second.

/// Other threads may call CUDA while one records. LibTorch 1.13 records in the strictest mode, in
/// which they may not: no thread of this program does, and LibTorch's own only do what is recorded.
template <class Graph>
auto begin_recording(Graph& graph, Pool pool, int /*preferred*/)
    -> decltype(graph.capture_begin(pool, cudaStreamCaptureModeThreadLocal)) {
  return graph.capture_begin(pool, cudaStreamCaptureModeThreadLocal);
}
template <class Graph>
void begin_recording(Graph& graph, Pool pool, long /*otherwise*/) {
  graph.capture_begin(pool);
}

/// Whether LibTorch may run backward passes of this thread on another, as it does for GPUs unless
/// it is told not to. LibTorch 1.13 can't be told; its thread takes the stream over from the
/// forward pass. \return whether it might before
template <class State>
auto allow_other_threads(State& state, bool allow, int /*preferred*/)
    -> decltype(state.set_multithreading_enabled(allow), bool()) {
  const bool before = state.get_multithreading_enabled();
  state.set_multithreading_enabled(allow);
  return before;
}
template <class State>
bool allow_other_threads(State& /*state*/, bool /*allow*/, long /*otherwise*/) {
  return true;
}

/// Later versions fill fresh memory where algorithms are to be deterministic, to show who reads
/// what nobody wrote; here nobody does.
template <class Context>
auto leave_memory_unfilled(Context& context, int /*preferred*/)
    -> decltype(context.setDeterministicFillUninitializedMemory(false)) {
  return context.setDeterministicFillUninitializedMemory(false);
}
template <class Context>
void leave_memory_unfilled(Context& /*context*/, long /*otherwise*/) {}

/// While it lives all that this thread asks of the device goes to a stream, backward passes too.
class OnStream {
 public:
  explicit OnStream(CUDAStream stream)
      : guard_(stream),
        used_other_threads_(allow_other_threads(c10::AutogradState::get_tls_state(), false, 0)) {}
  ~OnStream() { allow_other_threads(c10::AutogradState::get_tls_state(), used_other_threads_, 0); }
  OnStream(const OnStream&) = delete;
  OnStream& operator=(const OnStream&) = delete;

 private:
  c10::cuda::CUDAStreamGuard guard_;
  bool used_other_threads_;
};

/// Whether the device refuses all further work of this process. Waits for it.
bool is_lost() {
  static_cast<void>(cudaGetLastError());  // an error that does not stay is forgotten with this
  return cudaDeviceSynchronize() != cudaSuccess;
}

/// The streams of a device that no lane uses. LibTorch has 32, and then hands out the same again.
class Streams {
 public:
  explicit Streams(c10::DeviceIndex device) : device_(device) {}

  CUDAStream take() {
    if (free_.empty()) return c10::cuda::getStreamFromPool(false, device_);
    const CUDAStream stream = free_.back();
    free_.pop_back();
    return stream;
  }
  void give_back(CUDAStream stream) { free_.push_back(stream); }

 private:
  c10::DeviceIndex device_;
  std::vector<CUDAStream> free_;
};

/// Values that come into memory which the device writes to by itself.
class PinnedReading : public Reading {
 public:
  PinnedReading(const torch::Tensor& values, CUDAStream stream)
      : values_(
            torch::empty(values.sizes(),
                         torch::TensorOptions().dtype(values.scalar_type()).pinned_memory(true))) {
    values_.copy_(values.detach(), /*non_blocking=*/true);
    event_.record(stream);
  }
  bool has_come() const override { return event_.query(); }
  const torch::Tensor& values() const override { return values_; }

 private:
  torch::Tensor values_;  ///< LibTorch keeps its memory until the device has written it
  CUDAEvent event_;
};

/// Work that was recorded as a graph.
class Replayed : public Repeated {
 public:
  /// Records within the current stream. \param pool that the work's own tensors are taken from
  Replayed(const Lane::Work& work, Pool pool) {
    begin_recording(graph_, pool, 0);
    try {
      work();
    } catch (...) {
      give_up();
      throw;
    }
    graph_.capture_end();
  }
  void run() override { graph_.replay(); }

 private:
  void give_up() noexcept {
    try {
      graph_.capture_end();
    } catch (const std::exception&) {  // of a recording that was broken off
    }
    static_cast<void>(cudaGetLastError());
  }

  at::cuda::CUDAGraph graph_;
};

class CalledAgain : public Repeated {
 public:
  explicit CalledAgain(Lane::Work work) : work_(std::move(work)) {}
  void run() override { work_(); }

 private:
  Lane::Work work_;
};

/// Marks in a stream that tell how far the device has come.
class Progress {
 public:
  explicit Progress(CUDAStream stream) : stream_(stream) {}

  bool has_room() {
    while (!marks_.empty() && marks_.front().event.query()) {
      ahead_.done_up_to(marks_.front().count, seconds_now());
      spare_.push_back(std::move(marks_.front().event));
      marks_.pop_front();
    }
    return ahead_.has_room();
  }

  void count() {
    constexpr std::int64_t kBetweenMarks = 2;
    ahead_.queue(seconds_now());
    if (ahead_.queued() % kBetweenMarks != 0) return;
    CUDAEvent event;
    if (!spare_.empty()) {
      event = std::move(spare_.back());
      spare_.pop_back();
    }
    event.record(stream_);
    marks_.push_back({std::move(event), ahead_.queued()});
  }

 private:
  struct Mark {
    CUDAEvent event;
    std::int64_t count;  ///< of pieces before it
  };

  CUDAStream stream_;
  RunAhead ahead_;
  std::deque<Mark> marks_;
  std::vector<CUDAEvent> spare_;
};

class CudaLane : public Lane {
 public:
  CudaLane(std::shared_ptr<Streams> streams, CUDAEvent& uploaded, Recording recording)
      : streams_(std::move(streams)),
        stream_(streams_->take()),
        pool_(at::cuda::graph_pool_handle()),
        recording_(recording),
        progress_(stream_) {
    uploaded.block(stream_);
  }

  ~CudaLane() override {
    static_cast<void>(cudaStreamSynchronize(stream_.stream()));
    {
      const OnStream on_stream(stream_);
      drop_kits();
    }
    streams_->give_back(stream_);
    if (!is_usable_) give_memory_back();
  }

  bool replays() const override { return true; }

  void within(const Work& work) override {
    const OnStream on_stream(stream_);
    try {
      work();
    } catch (const c10::OutOfMemoryError& error) {
      refuse_for_memory(error);
    } catch (const c10::Error& error) {
      if (is_lost()) {
        is_usable_ = false;
        throw DeviceLostError(fmt::format("device {} can't be used any more: {}",
                                          stream_.device().str(), first_line(error)));
      }
      if (names_memory(error.what())) refuse_for_memory(error);
      throw;
    }
  }

  std::unique_ptr<Repeated> repeated(Work work) override {
    if (recording_ == Recording::nothing) return std::make_unique<CalledAgain>(std::move(work));
    require_reserve();
    return std::make_unique<Replayed>(work, pool_);
  }

  std::unique_ptr<Reading> read(const torch::Tensor& values) override {
    return std::make_unique<PinnedReading>(values, stream_);
  }

  void write(const torch::Tensor& to, const torch::Tensor& from) override {
    // LibTorch keeps the pinned copy until the device has read it.
    to.copy_(from.pin_memory(), /*non_blocking=*/true);
  }

  bool wants_work() override { return progress_.has_room(); }
  void count_work() override { progress_.count(); }
  bool is_usable() const override { return is_usable_; }

 private:
  /// Convolutions choose their algorithms while they are recorded, and a smaller work space would
  /// silently mean another one.
  void require_reserve() const {
    std::size_t free = 0;
    std::size_t total = 0;
    C10_CUDA_CHECK(cudaMemGetInfo(&free, &total));
    constexpr std::size_t kLeast = kReservedGpuMemory / 2;
    if (free >= kLeast) return;
    throw DeviceMemoryError(
        fmt::format("device {} has {} MiB of memory left, and a member more needs {} MiB in "
                    "reserve",
                    stream_.device().str(), free >> 20U, kLeast >> 20U));
  }

  static bool names_memory(std::string_view message) {
    constexpr std::array<std::string_view, 3> kSigns{"out of memory", "ALLOC_FAILED",
                                                     "cudaErrorMemoryAllocation"};
    for (const std::string_view sign : kSigns) {
      if (message.find(sign) != std::string_view::npos) return true;
    }
    return false;
  }

  [[noreturn]] void refuse_for_memory(const c10::Error& error) {
    is_usable_ = false;
    static_cast<void>(cudaGetLastError());
    throw DeviceMemoryError(fmt::format("the memory of device {} does not suffice: {}",
                                        stream_.device().str(), first_line(error)));
  }

  /// To other lanes and processes.
  static void give_memory_back() noexcept {
    try {
      c10::cuda::CUDACachingAllocator::emptyCache();
    } catch (const std::exception&) {  // of a device that is lost
    }
  }

  std::shared_ptr<Streams> streams_;
  CUDAStream stream_;
  Pool pool_;
  Recording recording_;
  Progress progress_;
  bool is_usable_ = true;
};

}  // namespace

Lanes::Make cuda_lanes(torch::Device device, Recording recording) {
  leave_memory_unfilled(at::globalContext(), 0);
  const c10::cuda::CUDAGuard guard(device);
  auto streams = std::make_shared<Streams>(guard.current_device().index());
  auto uploaded = std::make_shared<CUDAEvent>();
  uploaded->record(c10::cuda::getCurrentCUDAStream(guard.current_device().index()));
  return [=]() -> std::unique_ptr<Lane> {
    return std::make_unique<CudaLane>(streams, *uploaded, recording);
  };
}

std::size_t free_gpu_memory(const std::string& device) {
  const torch::Device place(device);
  if (!place.is_cuda()) return 0;
  const c10::cuda::CUDAGuard guard(place);
  std::size_t free = 0;
  std::size_t total = 0;
  C10_CUDA_CHECK(cudaMemGetInfo(&free, &total));
  return free;
}

std::size_t taken_gpu_memory(const std::string& device) {
  const torch::Device place(device);
  if (!place.is_cuda()) return 0;
  const c10::cuda::CUDAGuard guard(place);
  const auto stats =
      c10::cuda::CUDACachingAllocator::getDeviceStats(guard.current_device().index());
  constexpr std::size_t kOfAllPools = 0;
  return static_cast<std::size_t>(stats.reserved_bytes[kOfAllPools].current);
}

std::string gpu_identity(const std::string& device) {
  const torch::Device place(device);
  if (!place.is_cuda()) return {};
  const c10::cuda::CUDAGuard guard(place);
  std::array<char, 64> name{};
  C10_CUDA_CHECK(cudaDeviceGetPCIBusId(name.data(), static_cast<int>(name.size()),
                                       guard.current_device().index()));
  return name.data();
}

}  // namespace clvae::train
