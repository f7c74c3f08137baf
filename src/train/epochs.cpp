#include "epochs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "clvae/core/random.hpp"
#include "clvae/train/early_stopping.hpp"
#include "stopwatch.hpp"

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
        optimizer_(values_of(weights_), torch::optim::AdamOptions(options_.learning_rate)) {}

  TrainingRecord run();

 private:
  static std::vector<torch::Tensor> values_of(const std::vector<model::FlatWeights*>& weights) {
    std::vector<torch::Tensor> values;
    for (const model::FlatWeights* part : weights) values.push_back(part->values());
    return values;
  }

  std::vector<double> train(int epoch);
  std::vector<double> validate();
  void keep_weights();
  void between_batches() const {
    if (hooks_.between_batches) hooks_.between_batches();
  }

  const TrainingContext& context_;
  const TrainingOptions& options_;
  Seed seed_;
  Objective& objective_;
  const Hooks& hooks_;
  std::vector<model::FlatWeights*> weights_;
  std::vector<std::vector<float>> best_weights_;
  torch::optim::Adam optimizer_;
};

TrainingRecord Epochs::run() {
  const Stopwatch watch;
  EarlyStopping stopping(options_.patience);
  const std::size_t terms = objective_.terms();
  TrainingRecord record;
  record.loss_history.assign(static_cast<std::size_t>(options_.epochs) * 2 * terms, kNotRun);
  auto row = record.loss_history.begin();
  const auto note = [&row](double value) { *row++ = static_cast<float>(value); };
  for (int epoch = 0; epoch < options_.epochs && !stopping.should_stop(); ++epoch) {
    const std::vector<double> trained = train(epoch);
    refuse_non_finite(trained[0], "training", epoch);
    const std::vector<double> validated = validate();
    if (context_.validation.size() > 0) refuse_non_finite(validated[0], "validation", epoch);
    std::for_each(trained.begin(), trained.end(), note);
    std::for_each(validated.begin(), validated.end(), note);
    if (stopping.is_best(validated[0])) keep_weights();
    if (hooks_.after_epoch) {
      hooks_.after_epoch({epoch + 1, options_.epochs, trained[0], validated[0]});
    }
  }
  for (std::size_t i = 0; i < weights_.size(); ++i) weights_[i]->from_vector(best_weights_[i]);
  record.epochs_run = stopping.epochs();
  record.best_epoch = stopping.best_epoch();
  record.training_seconds = watch.seconds();
  return record;
}

std::vector<double> Epochs::train(int epoch) {
  const std::int64_t samples = context_.train.size();
  const torch::Tensor order = random_order(
      derive_seed(seed_, "order", {static_cast<std::uint64_t>(epoch)}), samples, context_.device);
  objective_.begin_epoch(epoch);
  auto& adam = static_cast<torch::optim::AdamOptions&>(optimizer_.param_groups()[0].options());
  LossSums sums(objective_.terms(), context_.device);
  const std::int64_t steps = context_.steps_per_epoch();
  for (std::int64_t step = 0; step < steps; ++step) {
    const std::int64_t begin = step * options_.batch_size;
    const std::int64_t count = std::min<std::int64_t>(options_.batch_size, samples - begin);
    adam.lr(learning_rate_at(options_.schedule, options_.learning_rate, epoch * steps + step,
                             options_.epochs * steps));
    for (model::FlatWeights* part : weights_) part->clear_gradients();
    const std::vector<torch::Tensor> loss =
        objective_.train_loss(order.narrow(0, begin, count), begin);
    loss[0].backward();
    optimizer_.step();
    sums.add(loss, count);
    between_batches();
  }
  return sums.means();
}

std::vector<double> Epochs::validate() {
  const torch::NoGradGuard no_gradients;
  LossSums sums(objective_.terms(), context_.device);
  const std::int64_t samples = context_.validation.size();
  for (std::int64_t begin = 0; begin < samples; begin += options_.batch_size) {
    const std::int64_t count = std::min<std::int64_t>(options_.batch_size, samples - begin);
    sums.add(objective_.validation_loss(begin, count), count);
    between_batches();
  }
  return sums.means();
}

void Epochs::keep_weights() {
  best_weights_.clear();
  for (const model::FlatWeights* part : weights_) best_weights_.push_back(part->to_vector());
}

}  // namespace

TrainingRecord run_epochs(const TrainingContext& context, Seed seed, Objective& objective,
                          const Hooks& hooks) {
  return Epochs(context, seed, objective, hooks).run();
}

}  // namespace clvae::train
