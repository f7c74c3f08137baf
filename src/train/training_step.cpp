#include "train/training_step.hpp"

#include <algorithm>
#include <utility>

#include <torch/utils.h>

#include "train/numerics.hpp"

namespace clvae::train {

TrainingStep::TrainingStep(const TrainingContext& context, Lane& lane,
                           std::unique_ptr<Objective> objective)
    : context_(context),
      lane_(lane),
      objective_(std::move(objective)),
      weights_(objective_->weights()),
      adam_(weights_),
      sums_(objective_->terms(), context.device),
      is_on_device_(lane.replays() && !context.train.are_streamed()) {
  if (!is_on_device_) return;
  const auto whole_numbers = torch::TensorOptions().device(context.device).dtype(torch::kInt64);
  const auto numbers = torch::TensorOptions().device(context.device).dtype(torch::kFloat32);
  const std::int64_t size = context.train.size();
  samples_ = torch::zeros({size}, whole_numbers);
  const std::int64_t columns = objective_->noise_columns();
  if (columns > 0) noise_ = torch::zeros({size, columns}, numbers);
  scalars_ = Adam::scalars(
                 0, std::vector<double>(static_cast<std::size_t>(context.steps_per_epoch()), 0.0))
                 .to(context.device);
  position_ = torch::zeros({2}, whole_numbers);
  range_ = torch::arange(context.options.batch_size, whole_numbers);
  const std::int64_t last = context.steps_per_epoch() - 1;
  if (last > 0 || count_at(0) == context.options.batch_size) full_step_ = recorded(count_at(0));
  if (count_at(last) != context.options.batch_size) short_step_ = recorded(count_at(last));
}

void TrainingStep::begin_member() {
  adam_.reset();
  sums_.clear();
  steps_made_ = 0;
  step_ = 0;
}

void TrainingStep::begin_epoch(EpochOrder order, const torch::Tensor& noise,
                               const std::vector<double>& rates, std::int64_t step) {
  order_ = std::move(order);
  const torch::Tensor scalars = Adam::scalars(steps_made_ - step, rates);
  step_ = step;
  if (is_on_device_) {
    lane_.write(samples_, order_.samples);
    if (noise.defined()) lane_.write(noise_, noise);
    lane_.write(scalars_, scalars);
    lane_.write(position_,
                torch::tensor({step * context_.options.batch_size, step}, torch::kInt64));
    return;
  }
  samples_ = order_.samples.to(context_.device);
  if (noise.defined()) noise_ = noise.to(context_.device);
  scalars_ = scalars.to(context_.device);
}

void TrainingStep::run() {
  const std::int64_t count = count_at(step_);
  if (!is_on_device_) {
    make(inputs_at(step_), count);
  } else {
    (count == context_.options.batch_size ? *full_step_ : *short_step_).run();
  }
  sums_.count(count);
  ++step_;
  ++steps_made_;
}

std::int64_t TrainingStep::count_at(std::int64_t step) const {
  const std::int64_t batch = context_.options.batch_size;
  return std::min<std::int64_t>(batch, context_.train.size() - step * batch);
}

TrainingStep::Inputs TrainingStep::inputs_at(std::int64_t step) const {
  const std::int64_t begin = step * context_.options.batch_size;
  const std::int64_t count = count_at(step);
  const torch::Tensor samples = samples_.narrow(0, begin, count);
  Inputs inputs;
  inputs.batch.images = context_.train.are_streamed() ? context_.train.images(order_, begin, count)
                                                      : context_.train.images(samples);
  inputs.batch.classes = context_.train.classes().index_select(0, samples);
  if (noise_.defined()) inputs.batch.noise = noise_.narrow(0, begin, count);
  inputs.scalars = scalars_.select(0, step);
  return inputs;
}

TrainingStep::Inputs TrainingStep::inputs_on_device(std::int64_t count) const {
  const torch::Tensor places = range_.narrow(0, 0, count) + position_.narrow(0, 0, 1);
  const torch::Tensor samples = samples_.index_select(0, places);
  Inputs inputs;
  inputs.batch.images = context_.train.images(samples);
  inputs.batch.classes = context_.train.classes().index_select(0, samples);
  if (noise_.defined()) inputs.batch.noise = noise_.index_select(0, places);
  inputs.scalars = scalars_.index_select(0, position_.narrow(0, 1, 1)).select(0, 0);
  return inputs;
}

void TrainingStep::make(const Inputs& inputs, std::int64_t count) {
  const networks::Precision precision = context_.options.precision;
  const Numerics numerics(context_.device, precision, Determinism::of_all);
  for (networks::FlatWeights* part : weights_) part->clear_gradients();
  const std::vector<torch::Tensor> loss = objective_->loss(inputs.batch, precision);
  loss[0].backward();
  adam_.step(inputs.scalars);
  sums_.add(loss, count);
}

void TrainingStep::make_on_device(std::int64_t count) {
  make(inputs_on_device(count), count);
  position_.narrow(0, 0, 1).add_(count);
  position_.narrow(0, 1, 1).add_(1);
}

std::unique_ptr<Repeated> TrainingStep::recorded(std::int64_t count) {
  // Libraries ready themselves, and choose their kernels, in the first steps.
  constexpr int kWarmUpSteps = 3;
  for (int i = 0; i < kWarmUpSteps; ++i) {
    position_.zero_();
    make_on_device(count);
  }
  position_.zero_();
  return lane_.repeated([this, count] { make_on_device(count); });
}

}  // namespace clvae::train
