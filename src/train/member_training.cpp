#include "member_training.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "clvae/core/random.hpp"
#include "clvae/train/early_stopping.hpp"
#include "encode.hpp"

namespace clvae::train {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Losses summed over samples on the device, so that an epoch needs only one transfer to the host.
class LossSums {
 public:
  explicit LossSums(torch::Device device)
      : sums_(torch::zeros({3}, torch::TensorOptions().device(device).dtype(torch::kFloat64))) {}

  void add(const model::Loss& loss, std::int64_t samples) {
    sums_.add_(
        torch::stack({loss.total.detach(), loss.reconstruction.detach(), loss.prior.detach()}),
        static_cast<double>(samples));
    samples_ += samples;
  }
  std::array<double, 3> means() const {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    if (samples_ == 0) return {kNone, kNone, kNone};
    const torch::Tensor means = (sums_ / static_cast<double>(samples_)).to(torch::kCPU);
    const double* values = means.data_ptr<double>();
    return {values[0], values[1], values[2]};
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

}  // namespace

MemberTraining::MemberTraining(const TrainingContext& context, Seed seed,
                               const std::vector<double>& centres, const Hooks& hooks)
    : context_(context),
      options_(context.options),
      hooks_(hooks),
      seed_(seed),
      network_(options_.architecture, context.device),
      centres_(torch::tensor(centres, torch::kFloat32)
                   .view({-1, options_.architecture.latent_dim})
                   .to(context.device)),
      validation_noise_(random_noise(derive_seed(seed, "validation_noise"),
                                     context.validation.size(), options_.architecture.latent_dim,
                                     context.device)),
      optimizer_({network_.encoder().values(), network_.decoder().values()},
                 torch::optim::AdamOptions(options_.learning_rate)) {
  RandomStream stream(derive_seed(seed, "weights"));
  network_.initialise(stream);
}

MemberResult MemberTraining::run() {
  MemberResult result;
  const auto started = Clock::now();
  fit(result);
  result.training_seconds = seconds_since(started);
  if (hooks_.training_ended) hooks_.training_ended();
  const auto encoding_started = Clock::now();
  encode_all(result);
  result.encoding_seconds = seconds_since(encoding_started);
  return result;
}

void MemberTraining::fit(MemberResult& result) {
  EarlyStopping stopping(options_.patience);
  result.loss_history.assign(static_cast<std::size_t>(options_.epochs) * kLossTermCount,
                             std::numeric_limits<float>::quiet_NaN());
  for (int epoch = 0; epoch < options_.epochs && !stopping.should_stop(); ++epoch) {
    const LossMeans trained = train_epoch(epoch);
    refuse_non_finite(trained[0], "training", epoch);
    const LossMeans validated = validate();
    if (context_.validation.size() > 0) refuse_non_finite(validated[0], "validation", epoch);
    const auto row = result.loss_history.begin() + epoch * static_cast<long>(kLossTermCount);
    std::transform(trained.begin(), trained.end(), row,
                   [](double value) { return static_cast<float>(value); });
    std::transform(validated.begin(), validated.end(), row + 3,
                   [](double value) { return static_cast<float>(value); });
    if (stopping.is_best(validated[0])) {
      result.encoder_weights = network_.encoder().to_vector();
      result.decoder_weights = network_.decoder().to_vector();
    }
    if (hooks_.after_epoch) {
      hooks_.after_epoch({epoch + 1, options_.epochs, trained[0], validated[0]});
    }
  }
  network_.encoder().from_vector(result.encoder_weights);
  network_.decoder().from_vector(result.decoder_weights);
  result.epochs_run = stopping.epochs();
  result.best_epoch = stopping.best_epoch();
}

MemberTraining::LossMeans MemberTraining::train_epoch(int epoch) {
  const auto number = static_cast<std::uint64_t>(epoch);
  const std::int64_t samples = context_.train.size();
  const torch::Tensor order =
      random_order(derive_seed(seed_, "order", {number}), samples, context_.device);
  const torch::Tensor noise = random_noise(derive_seed(seed_, "noise", {number}), samples,
                                           options_.architecture.latent_dim, context_.device);
  auto& adam = static_cast<torch::optim::AdamOptions&>(optimizer_.param_groups()[0].options());
  LossSums sums(context_.device);
  const std::int64_t steps = context_.steps_per_epoch();
  for (std::int64_t step = 0; step < steps; ++step) {
    const std::int64_t begin = step * options_.batch_size;
    const std::int64_t count = std::min<std::int64_t>(options_.batch_size, samples - begin);
    const torch::Tensor batch = order.narrow(0, begin, count);
    adam.lr(learning_rate_at(options_.schedule, options_.learning_rate, epoch * steps + step,
                             options_.epochs * steps));
    network_.encoder().clear_gradients();
    network_.decoder().clear_gradients();
    const model::Loss loss =
        loss_of(context_.train.images(batch), context_.train.classes().index_select(0, batch),
                noise.narrow(0, begin, count));
    loss.total.backward();
    optimizer_.step();
    sums.add(loss, count);
    between_batches();
  }
  return sums.means();
}

MemberTraining::LossMeans MemberTraining::validate() const {
  const torch::NoGradGuard no_gradients;
  LossSums sums(context_.device);
  const std::int64_t samples = context_.validation.size();
  for (std::int64_t begin = 0; begin < samples; begin += options_.batch_size) {
    const std::int64_t count = std::min<std::int64_t>(options_.batch_size, samples - begin);
    sums.add(loss_of(context_.validation.images(begin, count),
                     context_.validation.classes().narrow(0, begin, count),
                     validation_noise_.narrow(0, begin, count)),
             count);
    between_batches();
  }
  return sums.means();
}

model::Loss MemberTraining::loss_of(const torch::Tensor& images, const torch::Tensor& classes,
                                    const torch::Tensor& noise) const {
  const model::Posterior posterior = network_.encode(images);
  const torch::Tensor latents = model::sample(posterior, noise);
  return model::clvae_loss(posterior, latents, network_.decode(latents), images,
                           centres_.index_select(0, classes), options_.loss);
}

void MemberTraining::encode_all(MemberResult& result) const {
  const auto idle = [this] { between_batches(); };
  result.train_latents = encode(network_, context_.train, false, idle).latents;
  Encoded validation = encode(network_, context_.validation, true, idle);
  result.validation_latents = std::move(validation.latents);
  result.validation_errors = std::move(validation.errors);
  Encoded test = encode(network_, context_.test, true, idle);
  result.test_latents = std::move(test.latents);
  result.test_errors = std::move(test.errors);
}

void MemberTraining::between_batches() const {
  if (hooks_.between_batches) hooks_.between_batches();
}

}  // namespace clvae::train
