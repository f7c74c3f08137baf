#include "batches.hpp"

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::train {

namespace {

torch::Tensor scaled(const torch::Tensor& bytes) {
  // A channels-last image is the permuted view of what lies in memory.
  return bytes.to(torch::kFloat32).div_(255).permute({0, 3, 1, 2});
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
  // from_blob wants a mutable pointer, but only a copy of the bytes is kept.
  auto* bytes = const_cast<std::uint8_t*>(samples.pixels.data());
  pixels_ = torch::from_blob(
                bytes, {count, architecture.channels, architecture.height, architecture.width},
                torch::kUInt8)
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
