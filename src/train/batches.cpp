#include "batches.hpp"

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::train {

namespace {

torch::Tensor scaled(const torch::Tensor& values) {
  // A channels-last image is the permuted view of what lies in memory.
  if (values.scalar_type() == torch::kFloat32) return values.permute({0, 3, 1, 2});
  return values.to(torch::kFloat32).div_(255).permute({0, 3, 1, 2});
}

/// What lies in memory, as a tensor that does not own it.
torch::Tensor tensor_of(const Values& values, torch::IntArrayRef shape) {
  // from_blob wants a mutable pointer, but the caller only copies from it.
  if (values.are_bytes()) {
    return torch::from_blob(const_cast<std::uint8_t*>(values.bytes().data()), shape, torch::kUInt8);
  }
  return torch::from_blob(const_cast<float*>(values.numbers().data()), shape, torch::kFloat32);
}

}  // namespace

DeviceSamples::DeviceSamples(const Samples& samples, const model::Architecture& architecture,
                             torch::Device device) {
  const auto count = static_cast<std::int64_t>(samples.pixels.size()) / architecture.pixels();
  const auto classes = static_cast<std::int64_t>(samples.classes.size());
  if (count * architecture.pixels() != static_cast<std::int64_t>(samples.pixels.size()) ||
      (classes != 0 && classes != count)) {
    throw UsageError(fmt::format("{} pixels and {} classes are no samples of {} x {} x {} pixels",
                                 samples.pixels.size(), classes, architecture.channels,
                                 architecture.height, architecture.width));
  }
  pixels_ = tensor_of(samples.pixels,
                      {count, architecture.channels, architecture.height, architecture.width})
                .permute({0, 2, 3, 1})
                .clone(torch::MemoryFormat::Contiguous)
                .to(device);
  classes_ = torch::empty({classes}, torch::kInt64);
  std::copy(samples.classes.begin(), samples.classes.end(), classes_.data_ptr<std::int64_t>());
  classes_ = classes_.to(device);
}

torch::Tensor DeviceSamples::images(std::int64_t begin, std::int64_t count) const {
  return scaled(pixels_.narrow(0, begin, count));
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
