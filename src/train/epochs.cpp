#include "train/epochs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <torch/optim/adam.h>
#include <torch/utils.h>

#include "clvae/core/errors.hpp"
#include "core/random.hpp"
#include "train/exact_products.hpp"

namespace clvae::train {

namespace {

constexpr float kNotRun = std::numeric_limits<float>::quiet_NaN();

void refuse_non_finite(double loss, const char* which, int epoch) {
  if (!std::isfinite(loss)) {
    throw AttemptError(fmt::format("the {} loss became {} in epoch {}", which, loss, epoch + 1));
  }
}

std::vector<torch::Tensor> values_of(const std::vector<networks::FlatWeights*>& weights) {
  std::vector<torch::Tensor> values;
  for (const networks::FlatWeights* part : weights) values.push_back(part->values());
  return values;
}

}  // namespace

LossSums::LossSums(std::size_t terms, torch::Device device)
    : sums_(torch::zeros({static_cast<std::int64_t>(terms)},
                         torch::TensorOptions().device(device).dtype(torch::kFloat64))) {}

void LossSums::add(const std::vector<torch::Tensor>& terms, std::int64_t samples) {
  const torch::NoGradGuard no_gradients;
  sums_.add_(torch::stack(terms), static_cast<double>(samples));
  samples_ += samples;
}

void LossSums::set(const std::vector<double>& sums, std::int64_t samples) {
  sums_.copy_(torch::tensor(torch::ArrayRef<double>(sums), torch::kFloat64));
  samples_ = samples;
}

std::vector<double> LossSums::sums() const {
  const torch::Tensor copy = sums_.to(torch::kCPU);
  return {copy.data_ptr<double>(), copy.data_ptr<double>() + copy.numel()};
}

std::vector<double> LossSums::means() const {
  if (samples_ == 0) {
    return std::vector<double>(static_cast<std::size_t>(sums_.numel()),
                               std::numeric_limits<double>::quiet_NaN());
  }
  const torch::Tensor means = (sums_ / static_cast<double>(samples_)).to(torch::kCPU);
  const double* values = means.data_ptr<double>();
  return {values, values + means.numel()};
}

Epochs::Epochs(const TrainingContext& context, Seed seed, Objective& objective,
               const std::string& state)
    : context_(context),
      options_(context.options),
      seed_(seed),
      objective_(objective),
      weights_(objective.weights()),
      optimizer_(values_of(weights_), torch::optim::AdamOptions(options_.learning_rate)),
      stopping_(options_.patience),
      sums_(objective.terms(), context.device),
      validation_sums_(objective.terms(), context.device) {
  record_.loss_history.assign(static_cast<std::size_t>(options_.epochs) * 2 * objective_.terms(),
                              kNotRun);
  if (!state.empty()) go_on_from(decode(state, context_.device, optimizer_));
}

Piece Epochs::advance() {
  if (!order_) begin_epoch();
  if (step_ < context_.steps_per_epoch()) {
    train_batch();
    return Piece::batch;
  }
  if (trained_.empty()) begin_validation();
  if (validated_ < context_.validation.size()) {
    validate_batch();
    return Piece::batch;
  }
  end_epoch();
  return Piece::epoch_ended;
}

TrainingRecord Epochs::finish() {
  for (std::size_t i = 0; i < weights_.size(); ++i) weights_[i]->from_vector(best_weights_[i]);
  record_.epochs_run = stopping_.epochs();
  record_.best_epoch = stopping_.best_epoch();
  ended_after_ = seconds();
  record_.training_seconds = *ended_after_;
  return record_;
}

void Epochs::begin_epoch() {
  order_ = context_.train.order(derive_seed(seed_, "order", {static_cast<std::uint64_t>(epoch_)}));
  objective_.begin_epoch(epoch_);
}

void Epochs::train_batch() {
  auto& adam = static_cast<torch::optim::AdamOptions&>(optimizer_.param_groups()[0].options());
  const std::int64_t steps = context_.steps_per_epoch();
  const std::int64_t begin = step_ * options_.batch_size;
  const std::int64_t count =
      std::min<std::int64_t>(options_.batch_size, context_.train.size() - begin);
  adam.lr(learning_rate_at(options_.schedule, options_.learning_rate, epoch_ * steps + step_,
                           options_.epochs * steps));
  for (networks::FlatWeights* part : weights_) part->clear_gradients();
  const std::vector<torch::Tensor> loss = objective_.train_loss(*order_, begin, count);
  loss[0].backward();
  optimizer_.step();
  sums_.add(loss, count);
  ++step_;
}

void Epochs::begin_validation() {
  trained_ = sums_.means();
  refuse_non_finite(trained_[0], "training", epoch_);
  validation_sums_ = LossSums(objective_.terms(), context_.device);
  validated_ = 0;
}

void Epochs::validate_batch() {
  const torch::NoGradGuard no_gradients;
  const ExactProducts exact;
  const std::int64_t count =
      std::min<std::int64_t>(options_.batch_size, context_.validation.size() - validated_);
  validation_sums_.add(objective_.validation_loss(validated_, count), count);
  validated_ += count;
}

void Epochs::end_epoch() {
  const std::vector<double> validated = validation_sums_.means();
  if (context_.validation.size() > 0) refuse_non_finite(validated[0], "validation", epoch_);
  note(trained_);
  note(validated);
  if (stopping_.is_best(validated[0])) keep_weights();
  ++epoch_;
  last_ = {epoch_, options_.epochs, trained_[0], validated[0]};
  step_ = 0;
  order_.reset();
  trained_.clear();
  sums_ = LossSums(objective_.terms(), context_.device);
}

void Epochs::note(const std::vector<double>& losses) {
  for (const double loss : losses) record_.loss_history.at(noted_++) = static_cast<float>(loss);
}

std::string Epochs::state() const {
  TrainingState state;
  state.epoch = epoch_;
  state.step = step_;
  state.sums = sums_.sums();
  state.samples = sums_.samples();
  const EarlyStopping::State& stopping = stopping_.state();
  state.stopping = {static_cast<double>(stopping.epochs), static_cast<double>(stopping.best_epoch),
                    stopping.best_loss};
  state.loss_history = {record_.loss_history.begin(),
                        record_.loss_history.begin() + static_cast<std::ptrdiff_t>(noted_)};
  for (const networks::FlatWeights* part : weights_) state.weights.push_back(part->to_vector());
  state.best_weights = best_weights_;
  state.seconds = seconds();
  return encode(state, optimizer_);
}

void Epochs::go_on_from(const TrainingState& state) {
  const std::int64_t epochs = options_.epochs;
  const bool fits = state.sums.size() == objective_.terms() && state.stopping.size() == 3 &&
                    state.loss_history.size() <= record_.loss_history.size() &&
                    state.weights.size() == weights_.size() && state.epoch <= epochs &&
                    state.step <= context_.steps_per_epoch();
  if (!fits) throw StateError("the kept state is of another training");
  epoch_ = state.epoch;
  step_ = state.step;
  sums_.set(state.sums, state.samples);
  stopping_.go_on_from({static_cast<int>(state.stopping[0]), static_cast<int>(state.stopping[1]),
                        state.stopping[2]});
  noted_ = state.loss_history.size();
  std::copy(state.loss_history.begin(), state.loss_history.end(), record_.loss_history.begin());
  for (std::size_t i = 0; i < weights_.size(); ++i) weights_[i]->from_vector(state.weights[i]);
  best_weights_ = state.best_weights;
  seconds_before_ = state.seconds;
}

void Epochs::keep_weights() {
  best_weights_.clear();
  for (const networks::FlatWeights* part : weights_) best_weights_.push_back(part->to_vector());
}

}  // namespace clvae::train
