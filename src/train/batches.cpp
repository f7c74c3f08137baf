#include "batches.hpp"

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::train {

namespace {

/// \param values [count, height, width, channels], contiguous
torch::Tensor scaled(const torch::Tensor& values) {
  // A channels-last image is the permuted view of what lies in memory.
  if (values.scalar_type() == torch::kFloat32) return values.permute({0, 3, 1, 2});
  return values.to(torch::kFloat32).div_(255).permute({0, 3, 1, 2});
}

/// What lies in memory, as a tensor that does not own it.
torch::Tensor tensor_of(const Values& values, torch::IntArrayRef shape) {
  // from_blob wants a mutable pointer, but nothing writes to samples.
  if (values.are_bytes()) {
    return torch::from_blob(const_cast<std::uint8_t*>(values.bytes().data()), shape, torch::kUInt8);
  }
  return torch::from_blob(const_cast<float*>(values.numbers().data()), shape, torch::kFloat32);
}

/// [n, height, width, channels], a view of what lies in memory as [n, channels, height, width].
torch::Tensor channels_last(const Values& values, std::int64_t count,
                            const model::Architecture& architecture) {
  const std::int64_t channels = architecture.channels;
  const std::int64_t height = architecture.height;
  const std::int64_t width = architecture.width;
  // Both orders are the same in memory; only this view has the strides of a fresh tensor.
  if (channels == 1 || height * width == 1) {
    return tensor_of(values, {count, height, width, channels});
  }
  return tensor_of(values, {count, channels, height, width}).permute({0, 2, 3, 1});
}

}  // namespace

DeviceSamples::DeviceSamples(const Samples& samples, const model::Architecture& architecture,
                             torch::Device device)
    : values_(samples.pixels) {
  const auto count = static_cast<std::int64_t>(samples.pixels.size()) / architecture.pixels();
  const auto classes = static_cast<std::int64_t>(samples.classes.size());
  if (count * architecture.pixels() != static_cast<std::int64_t>(samples.pixels.size()) ||
      (classes != 0 && classes != count)) {
    throw UsageError(fmt::format("{} pixels and {} classes are no samples of {} x {} x {} pixels",
                                 samples.pixels.size(), classes, architecture.channels,
                                 architecture.height, architecture.width));
  }
  pixels_ = channels_last(values_, count, architecture);
  if (!device.is_cpu()) pixels_ = pixels_.contiguous().to(device);
  classes_ = torch::empty({classes}, torch::kInt64);
  std::copy(samples.classes.begin(), samples.classes.end(), classes_.data_ptr<std::int64_t>());
  classes_ = classes_.to(device);
}

torch::Tensor DeviceSamples::images(std::int64_t begin, std::int64_t count) const {
  return scaled(pixels_.narrow(0, begin, count).contiguous());
}

torch::Tensor DeviceSamples::images(const torch::Tensor& indices) const {
  return scaled(pixels_.index_select(0, indices));
}

torch::Tensor random_order(Seed seed, std::int64_t count, torch::Device device) {
  RandomStream stream(seed);
  auto order = stream.permutation<std::int64_t>(static_cast<std::size_t>(count));
  return torch::tensor(order, torch::kInt64).to(device);
}

torch::Tensor random_noise(Seed seed, std::int64_t rows, std::int64_t columns,
                           torch::Device device) {
  RandomStream stream(seed);
  torch::Tensor noise = torch::empty({rows, columns}, torch::kFloat32);
  float* values = noise.data_ptr<float>();
  for (std::int64_t i = 0; i < rows * columns; ++i) values[i] = static_cast<float>(stream.normal());
  return noise.to(device);
}

}  // namespace clvae::train
