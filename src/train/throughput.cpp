#include "train/throughput.hpp"

#include <algorithm>
#include <cmath>

#include <torch/torch.h>

#include "clvae/core/errors.hpp"
#include "train/encode.hpp"
#include "train/pca.hpp"
#include "train/stopwatch.hpp"
#include "train/trainer_device.hpp"

namespace clvae::train {

namespace {

constexpr int kWarmUpSteps = 2;
constexpr int kFewestSteps = 2;

/// What was asked of a device has been done; on the CPU it always has.
void wait_for(const torch::Device& device) {
  if (device.is_cuda()) torch::cuda::synchronize(device.index());
}

/// Repetitions of a step a second.
template <class Step>
double rate_of(const torch::Device& device, double seconds, const Step& step) {
  step();
  wait_for(device);
  const Stopwatch watch;
  int steps = 0;
  do {
    step();
    wait_for(device);
    ++steps;
  } while (watch.seconds() < seconds);
  return steps / watch.seconds();
}

/// Lets a training run until it has been watched for long enough.
class WatchedTraining {
 public:
  WatchedTraining(torch::Device device, double seconds) : device_(device), seconds_(seconds) {}

  Hooks hooks() {
    Hooks hooks;
    hooks.between_batches = [this] { note_step(); };
    hooks.is_stopping = [this] { return rate_ > 0; };
    return hooks;
  }
  double steps_per_second() const { return rate_; }

 private:
  void note_step() {
    ++steps_;
    if (steps_ == kWarmUpSteps) {
      wait_for(device_);
      watch_ = Stopwatch();
    }
    const int watched = steps_ - kWarmUpSteps;
    if (watched < kFewestSteps || watch_.seconds() < seconds_) return;
    wait_for(device_);
    rate_ = watched / watch_.seconds();
  }

  torch::Device device_;
  double seconds_;
  int steps_ = 0;
  Stopwatch watch_;
  double rate_ = 0;  ///< 0: not known yet
};

void train(Trainer& trainer, Kind kind, const std::vector<double>& centres, const Hooks& hooks) {
  try {
    if (kind == Kind::clvae) trainer.train_clvae(Seed{1}, centres, hooks);
    if (kind == Kind::vae) trainer.train_vae(Seed{1}, hooks);
    if (kind == Kind::cnn) trainer.train_cnn(Seed{1}, hooks);
  } catch (const InterruptedError&) {
    return;  // it has been watched for long enough
  }
}

int class_count(const Samples& samples) {
  return 1 + *std::max_element(samples.classes.begin(), samples.classes.end());
}

double training_rate(Kind kind, TrainingOptions options, const Samples& samples, double seconds) {
  constexpr int kEndless = 100'000;
  options.epochs = kEndless;
  options.patience = 0;
  options.learning_rate = 1e-6;  // the config's may be one that lets losses grow without end
  const auto size = static_cast<double>(samples.classes.size());
  const double batch = std::min<double>(options.batch_size, size);
  const double steps_per_epoch = std::ceil(size / batch);
  Trainer trainer(options, samples, {}, {});
  WatchedTraining watched(torch::Device(options.device), seconds);
  const std::vector<double> centres(static_cast<std::size_t>(class_count(samples)) *
                                    static_cast<std::size_t>(options.architecture.latent_dim));
  train(trainer, kind, centres, watched.hooks());
  return watched.steps_per_second() * size / steps_per_epoch;
}

Throughput network_throughput(Kind kind, const TrainingOptions& options, const Samples& samples,
                              double seconds) {
  constexpr std::size_t kEncoded = 512;
  Throughput throughput;
  throughput.trained = training_rate(kind, options, samples, seconds);
  const torch::Device device(options.device);
  const networks::Architecture& architecture = options.architecture;
  const std::size_t count = std::min<std::size_t>(kEncoded, samples.classes.size());
  CopiedValues pixels;
  pixels.append(samples.pixels, 0, count, static_cast<std::size_t>(architecture.pixels()));
  const DeviceSamples some({pixels.view(), samples.classes.first(count)}, architecture, device);
  const auto size = static_cast<double>(some.size());
  if (kind == Kind::cnn) {
    const networks::ClassifierNetwork network(architecture, class_count(samples), device);
    throughput.scored =
        size * rate_of(device, seconds, [&] { log_probabilities(network, some, nullptr); });
    return throughput;
  }
  const networks::ClvaeNetwork network(architecture, device);
  for (const bool with_errors : {false, true}) {
    (with_errors ? throughput.scored : throughput.encoded) =
        size * rate_of(device, seconds, [&] { encode(network, some, with_errors, nullptr); });
  }
  return throughput;
}

/// The images of the class that has most of them, at most so many.
CopiedValues largest_class(const Samples& samples, std::size_t count,
                           std::size_t pixels_per_image) {
  std::vector<std::size_t> sizes(static_cast<std::size_t>(class_count(samples)));
  for (const std::int32_t label : samples.classes) ++sizes[static_cast<std::size_t>(label)];
  const auto label = std::max_element(sizes.begin(), sizes.end()) - sizes.begin();
  CopiedValues pixels;
  for (std::size_t i = 0; i < samples.classes.size() && count > 0; ++i) {
    if (samples.classes[i] != label) continue;
    pixels.append(samples.pixels, i, 1, pixels_per_image);
    --count;
  }
  return pixels;
}

/// A fit is one long step, so that it is not repeated.
Throughput pca_throughput(const TrainingOptions& options, const Samples& samples) {
  constexpr std::size_t kImages = 1000;
  const std::int64_t pixels = options.architecture.pixels();
  const CopiedValues copied = largest_class(samples, kImages, static_cast<std::size_t>(pixels));
  const Values images = copied.view();
  const double size = static_cast<double>(images.size()) / static_cast<double>(pixels);
  Throughput throughput;
  const Stopwatch fit_watch;
  const ClassPca pca = fit_pca(images, pixels, options.architecture.latent_dim, nullptr);
  throughput.trained = size / fit_watch.seconds();
  const Stopwatch score_watch;
  log_likelihoods(pca, images, nullptr);
  // A sample is scored by every class's model.
  throughput.scored = size / score_watch.seconds() / class_count(samples);
  return throughput;
}

}  // namespace

Throughput measure_throughput(Kind kind, const TrainingOptions& options, const Samples& train,
                              double seconds) {
  return kind == Kind::pca ? pca_throughput(options, train)
                           : network_throughput(kind, options, train, seconds);
}

MatrixProducts measure_matrix_products(const std::string& device_name, double seconds) {
  const torch::NoGradGuard no_gradients;
  const torch::Device device = usable_device(device_name);
  const std::int64_t size = device.is_cuda() ? 8192 : 1024;
  constexpr std::int64_t kSide = 32;
  const torch::Tensor a = torch::rand({size, size}, device);
  const torch::Tensor b = torch::rand({size, size}, device);
  const torch::Tensor image = torch::rand({size / kSide, size, kSide, 1}, device)
                                  .contiguous(torch::MemoryFormat::ChannelsLast);
  const torch::Tensor kernel = b.view({size, size, 1, 1});
  torch::Tensor product = torch::empty({size, size}, device);
  const auto n = static_cast<double>(size);
  const double operations = 2 * n * n * n;
  MatrixProducts rates;
  rates.product = operations * rate_of(device, seconds, [&] { torch::mm_out(product, a, b); });
  rates.convolution = operations * rate_of(device, seconds, [&] { at::conv2d(image, kernel); });
  return rates;
}

}  // namespace clvae::train
