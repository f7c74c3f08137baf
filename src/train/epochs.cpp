#include "train/epochs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <torch/utils.h>

#include "clvae/core/errors.hpp"
#include "core/random.hpp"
#include "train/encode.hpp"
#include "train/numerics.hpp"

namespace clvae::train {

namespace {

constexpr float kNotRun = std::numeric_limits<float>::quiet_NaN();

void refuse_non_finite(double loss, const char* which, int epoch) {
  if (!std::isfinite(loss)) {
    throw AttemptError(fmt::format("the {} loss became {} in epoch {}", which, loss, epoch + 1));
  }
}

std::vector<float> on_host(const torch::Tensor& values) {
  const torch::Tensor copy = values.to(torch::kCPU);
  const float* begin = copy.data_ptr<float>();
  return {begin, begin + copy.numel()};
}

void set_values(const torch::Tensor& to, const std::vector<float>& from) {
  if (to.numel() != static_cast<std::int64_t>(from.size())) {
    throw StateError("the kept state is of another training");
  }
  to.copy_(torch::tensor(torch::ArrayRef<float>(from)));
}

}  // namespace

Epochs::Epochs(const TrainingContext& context, Lane& lane, Seed seed, TrainingStep& step,
               const std::string& state)
    : context_(context),
      options_(context.options),
      lane_(lane),
      seed_(seed),
      step_(step),
      weights_(step.objective().weights()),
      stopping_(options_.patience),
      validation_sums_(step.objective().terms(), context.device) {
  step_.begin_member();
  const std::int64_t columns = step_.objective().noise_columns();
  if (columns > 0) {
    validation_noise_ =
        random_noise(derive_seed(seed, "validation_noise"), context.validation.size(), columns)
            .to(context.device);
  }
  record_.loss_history.assign(
      static_cast<std::size_t>(options_.epochs) * 2 * step_.objective().terms(), kNotRun);
  if (!state.empty()) go_on_from(decode(state));
}

Piece Epochs::advance() {
  if (!is_in_epoch_) begin_epoch();
  if (step_.step() < context_.steps_per_epoch()) {
    train_batches();
    return Piece::batch;
  }
  if (!training_) begin_validation();
  take_losses();
  if (validated_ < context_.validation.size()) {
    validate_batches();
    return Piece::batch;
  }
  if (!validation_) validation_ = lane_.read(validation_sums_.tensor());
  if (!take_losses()) return Piece::batch;
  end_epoch();
  return Piece::epoch_ended;
}

TrainingRecord Epochs::finish() {
  const torch::NoGradGuard no_gradients;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    weights_[i]->values().copy_(best_weights_.at(i));
  }
  record_.epochs_run = stopping_.epochs();
  record_.best_epoch = stopping_.best_epoch();
  ended_after_ = seconds();
  record_.training_seconds = *ended_after_;
  return record_;
}

void Epochs::begin_epoch() {
  const auto epoch = static_cast<std::uint64_t>(epoch_);
  const std::int64_t columns = step_.objective().noise_columns();
  torch::Tensor noise;
  if (columns > 0) {
    noise = random_noise(derive_seed(seed_, "noise", {epoch}), context_.train.size(), columns);
  }
  const std::int64_t steps = context_.steps_per_epoch();
  std::vector<double> rates;
  for (std::int64_t step = 0; step < steps; ++step) {
    rates.push_back(learning_rate_at(options_.schedule, options_.learning_rate,
                                     epoch_ * steps + step, options_.epochs * steps));
  }
  step_.begin_epoch(context_.train.order(derive_seed(seed_, "order", {epoch})), noise, rates,
                    steps_before_);
  is_in_epoch_ = true;
}

void Epochs::train_batches() {
  const bool takes_many = lane_.replays();
  while (step_.step() < context_.steps_per_epoch() && lane_.wants_work()) {
    step_.run();
    lane_.count_work();
    if (!takes_many) return;
  }
}

void Epochs::begin_validation() {
  training_ = lane_.read(step_.sums().tensor());
  validation_sums_.clear();
  validated_ = 0;
}

void Epochs::validate_batches() {
  const torch::NoGradGuard no_gradients;
  const bool takes_many = lane_.replays();
  while (validated_ < context_.validation.size() && lane_.wants_work()) {
    validate_batch();
    lane_.count_work();
    if (!takes_many) return;
  }
}

void Epochs::validate_batch() {
  const Numerics exact(context_.device, networks::Precision::float32, Determinism::of_convolutions);
  const DeviceSamples& samples = context_.validation;
  const std::int64_t count =
      std::min(samples_at_once(*options_.architecture, samples, options_.batch_size),
               samples.size() - validated_);
  Batch batch{
      samples.images(validated_, count), samples.classes().narrow(0, validated_, count), {}};
  if (validation_noise_.defined()) batch.noise = validation_noise_.narrow(0, validated_, count);
  validation_sums_.add(step_.objective().loss(batch, networks::Precision::float32), count);
  validation_sums_.count(count);
  validated_ += count;
}

bool Epochs::take_losses() {
  if (trained_.empty() && training_->has_come()) {
    trained_ = means_of(training_->values(), step_.sums().samples());
    refuse_non_finite(trained_[0], "training", epoch_);
  }
  return !trained_.empty() && validation_ && validation_->has_come();
}

void Epochs::end_epoch() {
  const std::vector<double> validated = means_of(validation_->values(), validation_sums_.samples());
  if (context_.validation.size() > 0) refuse_non_finite(validated[0], "validation", epoch_);
  note(trained_);
  note(validated);
  if (stopping_.is_best(validated[0])) keep_weights();
  ++epoch_;
  last_ = {epoch_, options_.epochs, trained_[0], validated[0], seconds()};
  steps_before_ = 0;
  is_in_epoch_ = false;
  training_.reset();
  validation_.reset();
  trained_.clear();
  step_.sums().clear();
}

void Epochs::note(const std::vector<double>& losses) {
  for (const double loss : losses) record_.loss_history.at(noted_++) = static_cast<float>(loss);
}

std::string Epochs::state() const {
  TrainingState state;
  state.epoch = epoch_;
  state.step = is_in_epoch_ ? step_.step() : steps_before_;
  state.sums = step_.sums().sums();
  state.samples = step_.sums().samples();
  const EarlyStopping::State& stopping = stopping_.state();
  state.stopping = {static_cast<double>(stopping.epochs), static_cast<double>(stopping.best_epoch),
                    stopping.best_loss};
  state.loss_history = {record_.loss_history.begin(),
                        record_.loss_history.begin() + static_cast<std::ptrdiff_t>(noted_)};
  for (const networks::FlatWeights* part : weights_) state.weights.push_back(part->to_vector());
  for (const torch::Tensor& part : best_weights_) state.best_weights.push_back(on_host(part));
  state.seconds = seconds();
  state.steps_made = step_.steps_made();
  for (const Moments& part : step_.adam().moments()) {
    state.moments.push_back({on_host(part.mean), on_host(part.square)});
  }
  return encode(state);
}

void Epochs::go_on_from(const TrainingState& state) {
  const std::int64_t epochs = options_.epochs;
  const bool fits = state.sums.size() == step_.objective().terms() && state.stopping.size() == 3 &&
                    state.loss_history.size() <= record_.loss_history.size() &&
                    state.weights.size() == weights_.size() &&
                    (state.best_weights.empty() || state.best_weights.size() == weights_.size()) &&
                    state.moments.size() == weights_.size() && state.epoch <= epochs &&
                    state.step <= context_.steps_per_epoch();
  if (!fits) throw StateError("the kept state is of another training");
  const torch::NoGradGuard no_gradients;
  epoch_ = state.epoch;
  steps_before_ = state.step;
  step_.go_on_after(state.steps_made);
  step_.sums().set(state.sums, state.samples);
  stopping_.go_on_from({static_cast<int>(state.stopping[0]), static_cast<int>(state.stopping[1]),
                        state.stopping[2]});
  noted_ = state.loss_history.size();
  std::copy(state.loss_history.begin(), state.loss_history.end(), record_.loss_history.begin());
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    weights_[i]->from_vector(state.weights[i]);
    set_values(step_.adam().moments()[i].mean, state.moments[i].mean);
    set_values(step_.adam().moments()[i].square, state.moments[i].square);
  }
  if (!state.best_weights.empty()) keep_weights();  // makes room for them
  for (std::size_t i = 0; i < best_weights_.size(); ++i) {
    set_values(best_weights_[i], state.best_weights[i]);
  }
  seconds_before_ = state.seconds;
}

void Epochs::keep_weights() {
  const torch::NoGradGuard no_gradients;
  if (best_weights_.empty()) {
    for (const networks::FlatWeights* part : weights_) {
      best_weights_.push_back(torch::empty_like(part->values()));
    }
  }
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    best_weights_[i].copy_(weights_[i]->values());
  }
}

}  // namespace clvae::train
