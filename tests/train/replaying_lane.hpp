#pragma once
/// \file
/// A lane on the CPU that behaves as one of a GPU does: it replays, what it reads comes late, and
/// at times it wants no work.

#include <memory>
#include <utility>
#include <vector>

#include "train/lane.hpp"

namespace clvae::train {

/// What happened in such lanes.
struct LaneLog {
  int lanes = 0;
  int recordings = 0;
  int replays = 0;
  int readings = 0;
  int refusals = 0;  ///< of work
  bool is_within = false;
  int outside = 0;  ///< calls that were not made within the lane
};

class ReplayingLane : public Lane {
 public:
  /// \param patience how often a reading is asked for before it comes
  ReplayingLane(std::shared_ptr<LaneLog> log, int patience)
      : log_(std::move(log)), patience_(patience) {
    ++log_->lanes;
  }
  ~ReplayingLane() override { drop_kits(); }

  bool replays() const override { return true; }
  void within(const Work& work) override {
    const bool was_within = std::exchange(log_->is_within, true);
    try {
      work();
    } catch (...) {
      log_->is_within = was_within;
      throw;
    }
    log_->is_within = was_within;
  }
  std::unique_ptr<Repeated> repeated(Work work) override {
    note();
    ++log_->recordings;
    return std::make_unique<Replay>(std::move(work), log_);
  }
  std::unique_ptr<Reading> read(const torch::Tensor& values) override {
    note();
    ++log_->readings;
    return std::make_unique<LateReading>(values.detach().clone(), patience_);
  }
  void write(const torch::Tensor& to, const torch::Tensor& from) override {
    note();
    to.copy_(from);
  }
  bool wants_work() override {
    constexpr int kFull = 5;
    note();
    if (++asked_ % kFull != 0) return true;
    ++log_->refusals;
    return false;
  }
  void count_work() override { note(); }

 private:
  class Replay : public Repeated {
   public:
    Replay(Work work, std::shared_ptr<LaneLog> log)
        : work_(std::move(work)), log_(std::move(log)) {}
    void run() override {
      ++log_->replays;
      work_();
    }

   private:
    Work work_;
    std::shared_ptr<LaneLog> log_;
  };

  class LateReading : public Reading {
   public:
    LateReading(torch::Tensor values, int patience)
        : values_(std::move(values)), patience_(patience) {}
    bool has_come() const override { return --patience_ < 0; }
    const torch::Tensor& values() const override { return values_; }

   private:
    torch::Tensor values_;
    mutable int patience_;
  };

  void note() {
    if (!log_->is_within) ++log_->outside;
  }

  std::shared_ptr<LaneLog> log_;
  int patience_;
  int asked_ = 0;
};

}  // namespace clvae::train
