#include "train/epochs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/random.hpp"
#include "train/early_stopping.hpp"
#include "train/exact_products.hpp"
#include "train/stopwatch.hpp"
#include "train/training_state.hpp"

namespace clvae::train {

namespace {

constexpr float kNotRun = std::numeric_limits<float>::quiet_NaN();

/// Losses summed over samples on the device, so that an epoch needs only one transfer to the host.
class LossSums {
 public:
  LossSums(std::size_t terms, torch::Device device)
      : sums_(torch::zeros({static_cast<std::int64_t>(terms)},
                           torch::TensorOptions().device(device).dtype(torch::kFloat64))) {}

  void add(const std::vector<torch::Tensor>& terms, std::int64_t samples) {
    const torch::NoGradGuard no_gradients;
    sums_.add_(torch::stack(terms), static_cast<double>(samples));
    samples_ += samples;
  }
  /// Puts sums back that were taken out before.
  void set(const std::vector<double>& sums, std::int64_t samples) {
    sums_.copy_(torch::tensor(torch::ArrayRef<double>(sums), torch::kFloat64));
    samples_ = samples;
  }
  std::vector<double> sums() const {
    const torch::Tensor copy = sums_.to(torch::kCPU);
    return {copy.data_ptr<double>(), copy.data_ptr<double>() + copy.numel()};
  }
  std::int64_t samples() const { return samples_; }
  /// All NaN where there were no samples.
  std::vector<double> means() const {
    if (samples_ == 0) {
      return std::vector<double>(static_cast<std::size_t>(sums_.numel()),
                                 std::numeric_limits<double>::quiet_NaN());
    }
    const torch::Tensor means = (sums_ / static_cast<double>(samples_)).to(torch::kCPU);
    const double* values = means.data_ptr<double>();
    return {values, values + means.numel()};
  }

 private:
  torch::Tensor sums_;
  std::int64_t samples_ = 0;
};

void refuse_non_finite(double loss, const char* which, int epoch) {
  if (!std::isfinite(loss)) {
    throw AttemptError(fmt::format("the {} loss became {} in epoch {}", which, loss, epoch + 1));
  }
}

/// One training of one objective.
class Epochs {
 public:
  Epochs(const TrainingContext& context, Seed seed, Objective& objective, const Hooks& hooks)
      : context_(context),
        options_(context.options),
        seed_(seed),
        objective_(objective),
        hooks_(hooks),
        weights_(objective.weights()),
        optimizer_(values_of(weights_), torch::optim::AdamOptions(options_.learning_rate)),
        stopping_(options_.patience),
        sums_(objective.terms(), context.device) {}

  EpochsResult run();

 private:
  static std::vector<torch::Tensor> values_of(const std::vector<networks::FlatWeights*>& weights) {
    std::vector<torch::Tensor> values;
    for (const networks::FlatWeights* part : weights) values.push_back(part->values());
    return values;
  }

  void run_epoch();
  std::vector<double> train();
  std::vector<double> validate();
  void note(const std::vector<double>& losses);
  void keep_weights();
  void between_batches();
  TrainingState state() const;
  void go_on_from(const TrainingState& state);

  const TrainingContext& context_;
  const TrainingOptions& options_;
  Seed seed_;
  Objective& objective_;
  const Hooks& hooks_;
  std::vector<networks::FlatWeights*> weights_;
  std::vector<std::vector<float>> best_weights_;
  torch::optim::Adam optimizer_;
  EarlyStopping stopping_;
  int epoch_ = 0;
  std::int64_t step_ = 0;  ///< of the epoch
  LossSums sums_;          ///< of the epoch's steps
  TrainingRecord record_;
  std::size_t noted_ = 0;  ///< values of the loss history
  Stopwatch watch_;
  double seconds_before_ = 0;  ///< trained before an interruption
};

EpochsResult Epochs::run() {
  record_.loss_history.assign(static_cast<std::size_t>(options_.epochs) * 2 * objective_.terms(),
                              kNotRun);
  if (!hooks_.state.empty()) go_on_from(decode(hooks_.state, context_.device, optimizer_));
  while (epoch_ < options_.epochs && !stopping_.should_stop()) run_epoch();
  EpochsResult result;
  if (hooks_.keep_state) result.final_state = encode(state(), optimizer_);
  for (std::size_t i = 0; i < weights_.size(); ++i) weights_[i]->from_vector(best_weights_[i]);
  record_.epochs_run = stopping_.epochs();
  record_.best_epoch = stopping_.best_epoch();
  record_.training_seconds = seconds_before_ + watch_.seconds();
  result.record = std::move(record_);
  return result;
}

void Epochs::run_epoch() {
  const std::vector<double> trained = train();
  refuse_non_finite(trained[0], "training", epoch_);
  const std::vector<double> validated = validate();
  if (context_.validation.size() > 0) refuse_non_finite(validated[0], "validation", epoch_);
  note(trained);
  note(validated);
  if (stopping_.is_best(validated[0])) keep_weights();
  ++epoch_;
  step_ = 0;
  sums_ = LossSums(objective_.terms(), context_.device);
  if (hooks_.after_epoch) hooks_.after_epoch({epoch_, options_.epochs, trained[0], validated[0]});
}

void Epochs::note(const std::vector<double>& losses) {
  for (const double loss : losses) record_.loss_history.at(noted_++) = static_cast<float>(loss);
}

/// Makes the steps of the epoch that are left.
std::vector<double> Epochs::train() {
  const std::int64_t samples = context_.train.size();
  const EpochOrder order =
      context_.train.order(derive_seed(seed_, "order", {static_cast<std::uint64_t>(epoch_)}));
  objective_.begin_epoch(epoch_);
  auto& adam = static_cast<torch::optim::AdamOptions&>(optimizer_.param_groups()[0].options());
  const std::int64_t steps = context_.steps_per_epoch();
  while (step_ < steps) {
    const std::int64_t begin = step_ * options_.batch_size;
    const std::int64_t count = std::min<std::int64_t>(options_.batch_size, samples - begin);
    adam.lr(learning_rate_at(options_.schedule, options_.learning_rate, epoch_ * steps + step_,
                             options_.epochs * steps));
    for (networks::FlatWeights* part : weights_) part->clear_gradients();
    const std::vector<torch::Tensor> loss = objective_.train_loss(order, begin, count);
    loss[0].backward();
    optimizer_.step();
    sums_.add(loss, count);
    ++step_;
    between_batches();
  }
  return sums_.means();
}

std::vector<double> Epochs::validate() {
  const torch::NoGradGuard no_gradients;
  const ExactProducts exact;
  LossSums sums(objective_.terms(), context_.device);
  const std::int64_t samples = context_.validation.size();
  for (std::int64_t begin = 0; begin < samples; begin += options_.batch_size) {
    const std::int64_t count = std::min<std::int64_t>(options_.batch_size, samples - begin);
    sums.add(objective_.validation_loss(begin, count), count);
    between_batches();
  }
  return sums.means();
}

void Epochs::between_batches() {
  if (hooks_.between_batches) hooks_.between_batches();
  const bool stops = hooks_.is_stopping && hooks_.is_stopping();
  const bool is_due = stops || (hooks_.is_state_due && hooks_.is_state_due(epoch_));
  if (is_due && hooks_.keep_state) hooks_.keep_state(encode(state(), optimizer_));
  if (stops) {
    throw InterruptedError(fmt::format("training was stopped in epoch {}", epoch_ + 1));
  }
}

TrainingState Epochs::state() const {
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
  state.seconds = seconds_before_ + watch_.seconds();
  return state;
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

}  // namespace

EpochsResult run_epochs(const TrainingContext& context, Seed seed, Objective& objective,
                        const Hooks& hooks) {
  return Epochs(context, seed, objective, hooks).run();
}

std::function<void()> encoding_hook(const Hooks& hooks, std::string final_state) {
  return [&hooks, final_state = std::move(final_state)]() mutable {
    if (hooks.between_batches) hooks.between_batches();
    if (final_state.empty() || !hooks.is_stopping || !hooks.is_stopping()) return;
    hooks.keep_state(final_state);
    final_state.clear();
  };
}

}  // namespace clvae::train
