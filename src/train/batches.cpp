#include "train/batches.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

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
                            const networks::SampleSize& sample) {
  const std::int64_t channels = sample.channels;
  const std::int64_t height = sample.height;
  const std::int64_t width = sample.width;
  // Both orders are the same in memory; only this view has the strides of a fresh tensor.
  if (channels == 1 || height * width == 1) {
    return tensor_of(values, {count, height, width, channels});
  }
  return tensor_of(values, {count, channels, height, width}).permute({0, 2, 3, 1});
}

/// Samples of a buffer, as a tensor that does not own them.
torch::Tensor channels_last(const SampleSource& source, gsl::span<const std::byte> held,
                            const networks::SampleSize& sample) {
  const auto count = static_cast<std::int64_t>(held.size() / source.bytes_per_sample());
  return channels_last(Values(source.type(), held, nullptr), count, sample);
}

/// The group that has the sample at that place of the order.
const BlockGroup& group_at(const BlockOrder& order, std::int64_t place) {
  const auto after = std::upper_bound(
      order.groups.begin(), order.groups.end(), place,
      [](std::int64_t wanted, const BlockGroup& group) { return wanted < group.begin; });
  return *std::prev(after);
}

}  // namespace

DeviceSamples::DeviceSamples(const Samples& samples, const networks::SampleSize& sample,
                             torch::Device device, std::shared_ptr<SampleBuffer> buffer,
                             std::int64_t samples_per_block)
    : values_(samples.pixels),
      sample_(sample),
      device_(device),
      size_(static_cast<std::int64_t>(samples.pixels.size()) / sample.values()),
      buffer_(std::move(buffer)),
      samples_per_block_(samples_per_block) {
  const auto classes = static_cast<std::int64_t>(samples.classes.size());
  if (size_ * sample.values() != static_cast<std::int64_t>(samples.pixels.size()) ||
      (classes != 0 && classes != size_)) {
    throw UsageError(fmt::format("{} pixels and {} classes are no samples of {} x {} x {} pixels",
                                 samples.pixels.size(), classes, sample.channels, sample.height,
                                 sample.width));
  }
  if (values_.source() == nullptr) {
    pixels_ = channels_last(values_, size_, sample);
    if (!device.is_cpu()) pixels_ = pixels_.contiguous().to(device);
  }
  classes_ = torch::empty({classes}, torch::kInt64);
  std::copy(samples.classes.begin(), samples.classes.end(), classes_.data_ptr<std::int64_t>());
  classes_ = classes_.to(device);
}

EpochOrder DeviceSamples::order(Seed seed) const {
  if (!are_streamed()) return {random_order(seed, size_), {}};
  const std::int64_t room = buffer_->room_for(*values_.source());
  BlockOrder blocks = block_order(seed, size_, samples_per_block_,
                                  std::max<std::int64_t>(1, room / samples_per_block_));
  return {torch::tensor(blocks.samples, torch::kInt64), std::move(blocks)};
}

torch::Tensor DeviceSamples::images(std::int64_t begin, std::int64_t count) const {
  if (are_streamed()) return scaled(read(begin, count).to(device_));
  return scaled(pixels_.narrow(0, begin, count).contiguous());
}

torch::Tensor DeviceSamples::images(const EpochOrder& order, std::int64_t begin,
                                    std::int64_t count) const {
  if (are_streamed()) return scaled(read(order.blocks, begin, count).to(device_));
  return images(order.samples.narrow(0, begin, count).to(device_));
}

torch::Tensor DeviceSamples::images(const torch::Tensor& samples) const {
  return scaled(pixels_.index_select(0, samples));
}

torch::Tensor DeviceSamples::read(std::int64_t begin, std::int64_t count) const {
  const SampleSource& source = *values_.source();
  std::vector<Stretch> held = buffer_->held_of(source);
  const bool is_there =
      held.size() == 1 && held[0].first <= begin && begin + count <= held[0].first + held[0].count;
  if (!is_there) held = {{begin, std::min(buffer_->room_for(source), size_ - begin)}};
  const torch::Tensor all = channels_last(source, buffer_->hold(source, held), sample_);
  // A copy, since the buffer will hold others.
  return all.narrow(0, begin - held[0].first, count).clone(torch::MemoryFormat::Contiguous);
}

torch::Tensor DeviceSamples::read(const BlockGroup& group) const {
  std::vector<Stretch> stretches;
  for (const std::int64_t block : group.blocks) {
    const std::int64_t first = block * samples_per_block_;
    stretches.push_back({first, std::min(samples_per_block_, size_ - first)});
  }
  const SampleSource& source = *values_.source();
  return channels_last(source, buffer_->hold(source, stretches), sample_);
}

torch::Tensor DeviceSamples::read(const BlockOrder& order, std::int64_t begin,
                                  std::int64_t count) const {
  std::vector<torch::Tensor> pieces;
  for (std::int64_t place = begin; place < begin + count;) {
    const BlockGroup& group = group_at(order, place);
    std::vector<std::int64_t> rows;
    for (; place < std::min(begin + count, group.end); ++place) {
      const std::int64_t sample = order.samples[static_cast<std::size_t>(place)];
      const auto block =
          std::lower_bound(group.blocks.begin(), group.blocks.end(), sample / samples_per_block_);
      // Only the last block may be short, and it is the last of its group.
      rows.push_back((block - group.blocks.begin()) * samples_per_block_ +
                     sample % samples_per_block_);
    }
    pieces.push_back(read(group).index_select(0, torch::tensor(rows, torch::kInt64)));
  }
  return pieces.size() == 1 ? pieces.front() : torch::cat(pieces);
}

torch::Tensor random_order(Seed seed, std::int64_t count) {
  RandomStream stream(seed);
  auto order = stream.permutation<std::int64_t>(static_cast<std::size_t>(count));
  return torch::tensor(order, torch::kInt64);
}

torch::Tensor random_noise(Seed seed, std::int64_t rows, std::int64_t columns) {
  RandomStream stream(seed);
  torch::Tensor noise = torch::empty({rows, columns}, torch::kFloat32);
  float* values = noise.data_ptr<float>();
  for (std::int64_t i = 0; i < rows * columns; ++i) values[i] = static_cast<float>(stream.normal());
  return noise;
}

}  // namespace clvae::train
