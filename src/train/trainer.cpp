#include "train/trainer.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <torch/torch.h>

#include "clvae/core/errors.hpp"
#include "train/autoencoder_training.hpp"
#include "train/classifier_training.hpp"
#include "train/encode.hpp"
#include "train/trainer_device.hpp"

namespace clvae::train {

namespace {

/// Of all convolutions and products on the GPUs of this process; LibTorch's own default is to allow
/// it in convolutions, which would not be what a config calls float32.
void allow_tf32(bool allow) {
  at::globalContext().setAllowTF32CuDNN(allow);
  at::globalContext().setAllowTF32CuBLAS(allow);
}

void check(const TrainingContext& context) {
  const TrainingOptions& options = context.options;
  if (options.epochs < 1 || options.batch_size < 1 || !(options.learning_rate > 0)) {
    throw UsageError(
        fmt::format("training needs epochs, a batch size and a learning rate above 0; found {}, {} "
                    "and {}",
                    options.epochs, options.batch_size, options.learning_rate));
  }
  if (context.train.size() == 0 || context.train.classes().numel() == 0) {
    throw UsageError("there are no labelled samples to train on");
  }
  if (options.patience > 0 && context.validation.size() == 0) {
    throw UsageError("early stopping needs validation samples");
  }
}

}  // namespace

torch::Device usable_device(const std::string& name, networks::Precision precision) {
  try {
    const torch::Device device(name);
    const torch::TensorOptions options = torch::TensorOptions().device(device);
    torch::zeros({1}, options);
    if (precision == networks::Precision::bfloat16 && !device.is_cpu()) {
      // Early GPUs have no convolution of this type.
      const torch::TensorOptions narrow = options.dtype(torch::kBFloat16);
      at::conv2d(torch::zeros({1, 8, 4, 4}, narrow), torch::zeros({8, 8, 3, 3}, narrow))
          .to(torch::kCPU);
    }
    return device;
  } catch (const c10::Error& error) {
    throw RunError(
        fmt::format("device {} can't be used: {}", name, error.what_without_backtrace()));
  }
}

void check_buffer(const TrainingOptions& options, const Values& pixels) {
  if (pixels.source() == nullptr) return;
  const std::int64_t room = SampleBuffer(options.stream.buffer_bytes, 0).room_for(*pixels.source());
  // Fewer samples than a block has are one block.
  const std::int64_t block = std::min(options.stream.samples_per_block,
                                      static_cast<std::int64_t>(pixels.source()->size()));
  const std::int64_t encoded = encoding_batch(options.architecture);
  const std::int64_t needed = std::max({block, std::int64_t{options.batch_size}, encoded});
  if (options.stream.samples_per_block >= 1 && room >= needed) return;
  throw UsageError(
      fmt::format("a buffer of {} bytes (dataset.blocks.buffer) holds {} samples; at least {} are "
                  "needed: a block (dataset.blocks.samples), a batch (training.batch_size) and {} "
                  "that are encoded at once",
                  options.stream.buffer_bytes, room, needed, encoded));
}

StateError::StateError(const std::string& message) : Error(message, ExitStatus::run_failed) {}

struct Trainer::Impl {
  TrainingContext context;
};

Trainer::Trainer(const TrainingOptions& options, const Samples& train, const Samples& validation,
                 const Samples& test) {
  networks::check(options.architecture);
  const torch::Device device = usable_device(options.device, options.precision);
  allow_tf32(options.precision == networks::Precision::tf32);
  std::size_t largest = 0;  // bytes of a part
  for (const Samples* part : {&train, &validation, &test}) {
    check_buffer(options, part->pixels);
    largest = std::max(largest, part->pixels.size() * size_of(part->pixels.type()));
  }
  const auto buffer = std::make_shared<SampleBuffer>(options.stream.buffer_bytes, largest);
  const auto placed = [&](const Samples& part) {
    return DeviceSamples(part, options.architecture, device, buffer,
                         options.stream.samples_per_block);
  };
  impl_ = std::make_unique<Impl>(
      Impl{{options, device, placed(train), placed(validation), placed(test)}});
  check(impl_->context);
  for (const Samples* part : {&train, &validation}) {
    for (const std::int32_t label : part->classes) {
      if (label < 0) throw UsageError(fmt::format("class index {} is negative", label));
      impl_->context.classes = std::max(impl_->context.classes, label + 1);
    }
  }
}

Trainer::~Trainer() = default;
Trainer::Trainer(Trainer&&) noexcept = default;
Trainer& Trainer::operator=(Trainer&&) noexcept = default;

AutoencoderResult Trainer::train_clvae(Seed seed, const std::vector<double>& centres,
                                       const Hooks& hooks) {
  const TrainingContext& context = impl_->context;
  const int dimension = context.options.architecture.latent_dim;
  if (centres.size() <
      static_cast<std::size_t>(context.classes) * static_cast<std::size_t>(dimension)) {
    throw UsageError(fmt::format("{} coordinates of centres given for {} classes in {} dimensions",
                                 centres.size(), context.classes, dimension));
  }
  return AutoencoderTraining(context, seed, centres, hooks).run();
}

AutoencoderResult Trainer::train_vae(Seed seed, const Hooks& hooks) {
  return AutoencoderTraining(impl_->context, seed, {}, hooks).run();
}

ClassifierResult Trainer::train_cnn(Seed seed, const Hooks& hooks) {
  return ClassifierTraining(impl_->context, seed, hooks).run();
}

}  // namespace clvae::train
