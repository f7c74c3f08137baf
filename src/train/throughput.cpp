#include "train/throughput.hpp"

#include <algorithm>
#include <memory>

#include <torch/cuda.h>
#include <torch/types.h>
#include <torch/utils.h>

#include "train/autoencoder_training.hpp"
#include "train/classifier_training.hpp"
#include "train/epoch_rate.hpp"
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

using Trainings = std::vector<std::unique_ptr<Training>>;

/// Batches a second of trainings that have no end and are advanced in turn, where each piece is
/// one.
double batches_per_second(const Trainings& trainings, const torch::Device& device, double seconds) {
  const auto lanes = static_cast<int>(trainings.size());
  int batches = 0;
  Stopwatch watch;
  while (true) {
    for (const auto& training : trainings) {
      if (training->advance() != Piece::batch) continue;
      if (++batches != kWarmUpSteps * lanes) continue;
      wait_for(device);
      watch = Stopwatch();
    }
    const int watched = batches - kWarmUpSteps * lanes;
    if (watched < kFewestSteps * lanes || watch.seconds() < seconds) continue;
    wait_for(device);
    return watched / watch.seconds();
  }
}

int class_count(const Samples& samples) {
  return 1 + *std::max_element(samples.classes.begin(), samples.classes.end());
}

/// Some of the samples in memory, of all classes even where they lie in the order of their classes.
struct SomeLabelled {
  SomeLabelled(const Samples& samples, std::size_t wanted, std::size_t pixels_per_image) {
    const std::size_t all = samples.classes.size();
    const std::size_t count = std::min(wanted, all);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t chosen = i * all / count;
      pixels.append(samples.pixels, chosen, 1, pixels_per_image);
      classes.push_back(samples.classes[chosen]);
    }
  }
  Samples view() const { return {pixels.view(), classes}; }

  CopiedValues pixels;
  std::vector<std::int32_t> classes;
};

/// Samples a second. \param begin makes a training in a context
template <class Begin>
double training_rate(TrainingOptions options, const Samples& samples, double seconds, int lanes,
                     const Begin& begin) {
  constexpr int kEndless = 100'000;
  options.epochs = kEndless;
  options.patience = 0;
  options.learning_rate = 1e-6;  // the config's may be one that lets losses grow without end
  const auto begun = [&](const TrainingContext& context) {
    Trainings trainings;
    for (int lane = 0; lane < lanes; ++lane) {
      trainings.push_back(begin(context, Seed{static_cast<std::uint64_t>(lane)}));
    }
    return trainings;
  };
  const torch::Device device = usable_device(options.device, options.precision);
  if (device.is_cpu()) {
    const TrainingContext context(options, samples, {}, {});
    return batches_per_second(begun(context), device, seconds) *
           static_cast<double>(context.train.size()) /
           static_cast<double>(context.steps_per_epoch());
  }
  const auto rate_with = [&](const Samples& used) {
    const TrainingContext context(options, used, {}, {});
    return epochs_per_second(begun(context), seconds) * static_cast<double>(context.train.size());
  };
  if (samples.pixels.source() != nullptr) return rate_with(samples);
  // So few that epochs end often, and so many that their ends take no time.
  constexpr std::size_t kBatches = 128;
  const SomeLabelled some(samples, kBatches * static_cast<std::size_t>(options.batch_size),
                          static_cast<std::size_t>(options.architecture->sample().values()));
  return rate_with(some.view());
}

/// The first samples, which are encoded over and over.
class SomeSamples {
 public:
  SomeSamples(const TrainingOptions& options, const Samples& samples)
      : device_(options.device),
        count_(std::min<std::size_t>(device_.is_cuda() ? kOnGpu : kOnCpu, samples.classes.size())),
        copied_(
            first_of(samples, static_cast<std::size_t>(options.architecture->sample().values()))),
        samples_({copied_.view(), samples.classes.first(count_)}, options.architecture->sample(),
                 device_) {}

  const torch::Device& device() const { return device_; }
  const DeviceSamples& samples() const { return samples_; }
  /// Samples a second. \param pass goes through them all
  template <class Pass>
  double rate_of_pass(double seconds, const Pass& pass) const {
    return static_cast<double>(samples_.size()) * rate_of(device_, seconds, pass);
  }

 private:
  static constexpr std::size_t kOnCpu = 512;
  static constexpr std::size_t kOnGpu = 16384;  // or launches would be all that is measured

  CopiedValues first_of(const Samples& samples, std::size_t pixels_per_image) const {
    CopiedValues copied;
    copied.append(samples.pixels, 0, count_, pixels_per_image);
    return copied;
  }

  torch::Device device_;
  std::size_t count_;
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

/// While it lives float32 numbers are multiplied as in a training's steps of that precision, though
/// the flags are those of the process; afterwards as before.
class ProductsOf {
 public:
  explicit ProductsOf(networks::Precision precision)
      : in_convolutions_(at::globalContext().allowTF32CuDNN()),
        in_products_(at::globalContext().allowTF32CuBLAS()) {
    const bool allow_tf32 = precision == networks::Precision::tf32;
    set(allow_tf32, allow_tf32);
  }
  ~ProductsOf() { set(in_convolutions_, in_products_); }
  ProductsOf(const ProductsOf&) = delete;
  ProductsOf& operator=(const ProductsOf&) = delete;

 private:
  static void set(bool in_convolutions, bool in_products) {
    at::globalContext().setAllowTF32CuDNN(in_convolutions);
    at::globalContext().setAllowTF32CuBLAS(in_products);
  }

  bool in_convolutions_;
  bool in_products_;
};

}  // namespace

Throughput autoencoder_throughput(const TrainingOptions& options, const Samples& train,
                                  const AutoencoderGoal& goal, double seconds, int lanes) {
  Throughput throughput;
  throughput.lanes = lanes;
  throughput.trained =
      training_rate(options, train, seconds, lanes, [&](const TrainingContext& context, Seed seed) {
        return std::make_unique<AutoencoderTraining>(context, seed, goal, std::string());
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
                                 double seconds, int lanes) {
  Throughput throughput;
  throughput.lanes = lanes;
  throughput.trained =
      training_rate(options, train, seconds, lanes, [&](const TrainingContext& context, Seed seed) {
        return std::make_unique<ClassifierTraining>(context, seed, std::string());
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

MatrixProducts measure_matrix_products(const std::string& device_name,
                                       networks::Precision precision, double seconds) {
  const torch::NoGradGuard no_gradients;
  const ProductsOf products(precision);
  const torch::Device device = usable_device(device_name, precision);
  const std::int64_t size = device.is_cuda() ? 8192 : 1024;
  constexpr std::int64_t kSide = 32;
  const torch::TensorOptions numbers = torch::TensorOptions().device(device).dtype(
      precision == networks::Precision::bfloat16 ? torch::kBFloat16 : torch::kFloat32);
  const torch::Tensor a = torch::rand({size, size}, numbers);
  const torch::Tensor b = torch::rand({size, size}, numbers);
  const torch::Tensor image = torch::rand({size / kSide, size, kSide, 1}, numbers)
                                  .contiguous(torch::MemoryFormat::ChannelsLast);
  const torch::Tensor kernel = b.view({size, size, 1, 1});
  torch::Tensor product = torch::empty({size, size}, numbers);
  const auto n = static_cast<double>(size);
  const double operations = 2 * n * n * n;
  MatrixProducts rates;
  rates.product = operations * rate_of(device, seconds, [&] { torch::mm_out(product, a, b); });
  rates.convolution = operations * rate_of(device, seconds, [&] { at::conv2d(image, kernel); });
  return rates;
}

}  // namespace clvae::train
