#include "train/throughput.hpp"

#include <algorithm>
#include <memory>

#include <torch/cuda.h>
#include <torch/types.h>
#include <torch/utils.h>

#include "train/autoencoder_training.hpp"
#include "train/classifier_training.hpp"
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

/// Batches a second of a training that has no end.
double batches_per_second(Training& training, const torch::Device& device, double seconds) {
  int batches = 0;
  Stopwatch watch;
  while (true) {
    if (training.advance() != Piece::batch) continue;
    ++batches;
    if (batches == kWarmUpSteps) {
      wait_for(device);
      watch = Stopwatch();
    }
    const int watched = batches - kWarmUpSteps;
    if (watched < kFewestSteps || watch.seconds() < seconds) continue;
    wait_for(device);
    return watched / watch.seconds();
  }
}

int class_count(const Samples& samples) {
  return 1 + *std::max_element(samples.classes.begin(), samples.classes.end());
}

/// Samples a second. \param begin makes the training in a context
template <class Begin>
double training_rate(TrainingOptions options, const Samples& samples, double seconds,
                     const Begin& begin) {
  constexpr int kEndless = 100'000;
  options.epochs = kEndless;
  options.patience = 0;
  options.learning_rate = 1e-6;  // the config's may be one that lets losses grow without end
  const TrainingContext context(options, samples, {}, {});
  auto training = begin(context);
  return batches_per_second(*training, context.device, seconds) *
         static_cast<double>(context.train.size()) / static_cast<double>(context.steps_per_epoch());
}

/// The first samples, which are encoded over and over.
class SomeSamples {
 public:
  SomeSamples(const TrainingOptions& options, const Samples& samples)
      : device_(options.device),
        copied_(
            first_of(samples, static_cast<std::size_t>(options.architecture->sample().values()))),
        samples_({copied_.view(), samples.classes.first(count_in(samples))},
                 options.architecture->sample(), device_) {}

  const torch::Device& device() const { return device_; }
  const DeviceSamples& samples() const { return samples_; }
  /// Samples a second. \param pass goes through them all
  template <class Pass>
  double rate_of_pass(double seconds, const Pass& pass) const {
    return static_cast<double>(samples_.size()) * rate_of(device_, seconds, pass);
  }

 private:
  static std::size_t count_in(const Samples& samples) {
    constexpr std::size_t kEncoded = 512;
    return std::min<std::size_t>(kEncoded, samples.classes.size());
  }
  static CopiedValues first_of(const Samples& samples, std::size_t pixels_per_image) {
    CopiedValues copied;
    copied.append(samples.pixels, 0, count_in(samples), pixels_per_image);
    return copied;
  }

  torch::Device device_;
  CopiedValues copied_;
  DeviceSamples samples_;
};

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

}  // namespace

Throughput autoencoder_throughput(const TrainingOptions& options, const Samples& train,
                                  const AutoencoderGoal& goal, double seconds) {
  Throughput throughput;
  throughput.trained = training_rate(options, train, seconds, [&](const TrainingContext& context) {
    return std::make_unique<AutoencoderTraining>(context, Seed{1}, goal, std::string());
  });
  const SomeSamples some(options, train);
  const networks::ClvaeNetwork network(options.architecture, some.device());
  for (const bool with_errors : {false, true}) {
    (with_errors ? throughput.scored : throughput.encoded) =
        some.rate_of_pass(seconds, [&] { encode(network, some.samples(), with_errors); });
  }
  return throughput;
}

Throughput classifier_throughput(const TrainingOptions& options, const Samples& train,
                                 double seconds) {
  Throughput throughput;
  throughput.trained = training_rate(options, train, seconds, [&](const TrainingContext& context) {
    return std::make_unique<ClassifierTraining>(context, Seed{1}, std::string());
  });
  const SomeSamples some(options, train);
  const networks::ClassifierNetwork network(options.architecture, class_count(train),
                                            some.device());
  throughput.scored = some.rate_of_pass(seconds, [&] {
    std::vector<float> values;
    probability_pass(network, some.samples(), values).finish();
  });
  return throughput;
}

Throughput pca_throughput(const Samples& train, std::int64_t pixels_per_image, int components) {
  constexpr std::size_t kImages = 1000;
  const CopiedValues copied =
      largest_class(train, kImages, static_cast<std::size_t>(pixels_per_image));
  const Values images = copied.view();
  const double size = static_cast<double>(images.size()) / static_cast<double>(pixels_per_image);
  Throughput throughput;
  const Stopwatch fit_watch;
  const ClassPca pca = fit_pca(images, pixels_per_image, components);
  throughput.trained = size / fit_watch.seconds();
  const Stopwatch score_watch;
  log_likelihoods(pca, images);
  // A sample is scored by every class's model.
  throughput.scored = size / score_watch.seconds() / class_count(train);
  return throughput;
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
