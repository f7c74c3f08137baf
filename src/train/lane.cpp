#include "train/lane.hpp"

#include <utility>

#include "train/cuda_lane.hpp"

namespace clvae::train {

namespace {

class ReadingAtOnce : public Reading {
 public:
  explicit ReadingAtOnce(torch::Tensor values) : values_(std::move(values)) {}
  bool has_come() const override { return true; }
  const torch::Tensor& values() const override { return values_; }

 private:
  torch::Tensor values_;
};

class DoneAgain : public Repeated {
 public:
  explicit DoneAgain(Lane::Work work) : work_(std::move(work)) {}
  void run() override { work_(); }

 private:
  Lane::Work work_;
};

class ImmediateLane : public Lane {
 public:
  bool replays() const override { return false; }
  void within(const Work& work) override { work(); }
  std::unique_ptr<Repeated> repeated(Work work) override {
    return std::make_unique<DoneAgain>(std::move(work));
  }
  std::unique_ptr<Reading> read(const torch::Tensor& values) override {
    return std::make_unique<ReadingAtOnce>(values.detach().to(torch::kCPU, false, /*copy=*/true));
  }
  void write(const torch::Tensor& to, const torch::Tensor& from) override { to.copy_(from); }
  bool wants_work() override { return true; }
  void count_work() override {}
};

}  // namespace

std::unique_ptr<Lane> immediate_lane() { return std::make_unique<ImmediateLane>(); }

std::shared_ptr<Lane> Lanes::take() {
  std::unique_ptr<Lane> lane;
  if (free_.empty()) {
    lane = make_();
  } else {
    lane = std::move(free_.back());
    free_.pop_back();
  }
  return {lane.release(), [this](Lane* returned) { give_back(std::unique_ptr<Lane>(returned)); }};
}

void Lanes::give_back(std::unique_ptr<Lane> lane) {
  if (lane->is_usable()) free_.push_back(std::move(lane));
}

std::unique_ptr<Lanes> lanes_of(torch::Device device) {
  if (device.is_cuda()) return std::make_unique<Lanes>(cuda_lanes(device, Recording::graphs));
  return std::make_unique<Lanes>(immediate_lane);
}

}  // namespace clvae::train
