#include "train/network_training.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <torch/utils.h>

#include "train/numerics.hpp"

namespace clvae::train {

namespace {

/// Validates and encodes a batch, so that a lane has taken all the memory that a member needs once
/// it is ready for one.
void rehearse(const TrainingContext& context, const Objective& objective) {
  const torch::NoGradGuard no_gradients;
  const Numerics exact(context.device, networks::Precision::float32, Determinism::of_convolutions);
  const DeviceSamples& samples = context.train;
  const std::int64_t count =
      std::min(samples_at_once(*context.options.architecture, samples, context.options.batch_size),
               samples.size());
  Batch batch{samples.images(0, count), samples.classes().narrow(0, 0, count), {}};
  if (objective.noise_columns() > 0) {
    batch.noise = torch::zeros({count, objective.noise_columns()},
                               torch::TensorOptions().device(context.device));
  }
  objective.loss(batch, networks::Precision::float32);
  objective.encoded(batch.images);
}

}  // namespace

NetworkTraining::NetworkTraining(const TrainingContext& context)
    : context_(context), lane_(context.lanes->take()) {}

NetworkTraining::~NetworkTraining() {
  // What it holds on the device was taken in its lane.
  try {
    lane_->within([&] {
      passes_.clear();
      epochs_.reset();
    });
  } catch (const std::exception&) {  // the lane is lost, and who used it was told
  }
}

void NetworkTraining::begin(Seed seed, const std::string& state, const std::string& kind,
                            const std::function<std::unique_ptr<Objective>()>& make,
                            const std::function<void(Objective&)>& start) {
  lane_->within([&] {
    auto* step = static_cast<TrainingStep*>(lane_->kit(kind));
    if (step == nullptr) {
      auto made = std::make_unique<TrainingStep>(context_, *lane_, make());
      if (lane_->replays()) rehearse(context_, made->objective());
      step = made.get();
      lane_->keep(kind, std::move(made));
    }
    start(step->objective());
    epochs_ = std::make_unique<Epochs>(context_, *lane_, seed, *step, state);
  });
}

Piece NetworkTraining::advance() {
  Piece piece = Piece::batch;
  lane_->within([&] { piece = advance_within(); });
  return piece;
}

std::string NetworkTraining::state() const {
  std::string state;
  lane_->within([&] { state = epochs_->state(); });
  return state;
}

Piece NetworkTraining::advance_within() {
  if (!has_ended()) {
    if (epochs_->is_left()) return epochs_->advance();
    record_ = epochs_->finish();
    watch_ = Stopwatch();
    passes_ = encoding();
    return Piece::training_ended;
  }
  if (!encode_more()) return Piece::batch;
  record_->encoding_seconds = watch_.seconds();
  return Piece::done;
}

bool NetworkTraining::encode_more() {
  const bool takes_many = lane_->replays();
  while (lane_->wants_work()) {
    while (pass_ < passes_.size() && passes_[pass_].is_asked()) ++pass_;
    if (pass_ == passes_.size()) break;
    passes_[pass_].advance();
    lane_->count_work();
    if (!takes_many) return false;
  }
  if (pass_ < passes_.size()) return false;
  bool has_all = true;
  for (Pass& pass : passes_) has_all = pass.take(*lane_) && has_all;
  return has_all;
}

}  // namespace clvae::train
