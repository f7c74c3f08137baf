#include "train/context.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <torch/types.h>

#include "clvae/core/errors.hpp"
#include "train/encode.hpp"
#include "train/trainer_device.hpp"

namespace clvae::train {

namespace {

/// The buffer through which samples go that are to be read.
/// \throws UsageError where it can't hold them, or they have no such error
std::shared_ptr<SampleBuffer> buffer_for(const TrainingOptions& options,
                                         const std::vector<const Samples*>& parts) {
  options.architecture->require(options.loss.error);
  std::size_t largest = 0;  // bytes of a part
  for (const Samples* part : parts) {
    check_buffer(options, part->pixels);
    largest = std::max(largest, part->pixels.size() * size_of(part->pixels.type()));
  }
  return std::make_shared<SampleBuffer>(options.stream.buffer_bytes, largest);
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
  const std::int64_t encoded = options.architecture->encoding_batch();
  const std::int64_t needed = std::max({block, std::int64_t{options.batch_size}, encoded});
  if (options.stream.samples_per_block >= 1 && room >= needed) return;
  throw UsageError(
      fmt::format("a buffer of {} bytes (dataset.blocks.buffer) holds {} samples; at least {} are "
                  "needed: a block (dataset.blocks.samples), a batch (training.batch_size) and {} "
                  "that are encoded at once",
                  options.stream.buffer_bytes, room, needed, encoded));
}

StateError::StateError(const std::string& message) : Error(message, ExitStatus::run_failed) {}

TrainingContext::TrainingContext(const TrainingOptions& wanted, const Samples& train_part,
                                 const Samples& validation_part, const Samples& test_part)
    : TrainingContext(wanted, usable_device(wanted.device, wanted.precision),
                      buffer_for(wanted, {&train_part, &validation_part, &test_part}), train_part,
                      validation_part, test_part) {
  check(*this);
  for (const Samples* part : {&train_part, &validation_part}) {
    for (const std::int32_t label : part->classes) {
      if (label < 0) throw UsageError(fmt::format("class index {} is negative", label));
      classes = std::max(classes, label + 1);
    }
  }
}

TrainingContext::TrainingContext(const TrainingOptions& wanted, torch::Device place,
                                 const std::shared_ptr<SampleBuffer>& buffer,
                                 const Samples& train_part, const Samples& validation_part,
                                 const Samples& test_part)
    : options(wanted),
      device(place),
      train(train_part, wanted.architecture->sample(), place, buffer,
            wanted.stream.samples_per_block),
      validation(validation_part, wanted.architecture->sample(), place, buffer,
                 wanted.stream.samples_per_block),
      test(test_part, wanted.architecture->sample(), place, buffer,
           wanted.stream.samples_per_block),
      lanes(lanes_of(place)) {}

}  // namespace clvae::train
