#include "data/array_form.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::data {

namespace {

/// Longer axes than this are not taken for channels unless the config says so.
constexpr std::size_t kMostObviousChannels = 4;
/// What intensities may lie outside 0..1: half precision has steps of this size at 1.
constexpr float kRounding = 0.001F;

std::string words_of(const std::vector<std::size_t>& shape) {
  return fmt::format("an array of shape [{}]", fmt::join(shape, ", "));
}

bool are_channels_last(const std::vector<std::size_t>& shape, Axes axes, const std::string& where) {
  if (axes != Axes::automatic) return axes == Axes::channels_last;
  const bool first = shape[1] <= kMostObviousChannels;
  const bool last = shape[3] <= kMostObviousChannels;
  if (first == last) {
    throw DataError(where, words_of(shape),
                    "channels in one of its axes; dataset.axes says in which: channels_first or "
                    "channels_last");
  }
  return last;
}

ImageShape shape_of(const std::vector<std::size_t>& shape, bool channels_last,
                    const std::string& where) {
  constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<int>::max());
  for (const std::size_t extent : shape) {
    if (extent == 0 || extent > kMost) {
      throw DataError(where, words_of(shape), "at least one sample and value");
    }
  }
  const auto extent = [&](std::size_t axis) { return static_cast<int>(shape[axis]); };
  switch (shape.size()) {
    case 2:
      return {extent(1), 1, 1, true};
    case 3:
      return {1, extent(1), extent(2)};
    default:
      return channels_last ? ImageShape{extent(3), extent(1), extent(2)}
                           : ImageShape{extent(1), extent(2), extent(3)};
  }
}

}  // namespace

ArrayForm::ArrayForm(std::vector<std::size_t> shape, Axes axes, std::string where,
                     FeaturePrecision precision, double white)
    : array_(std::move(shape)), where_(std::move(where)), precision_(precision), white_(white) {
  if (array_.size() < 2 || array_.size() > 4) {
    throw DataError(where_, words_of(array_),
                    "[n, features], [n, height, width], or images with channels");
  }
  has_channels_last_ = array_.size() == 4 && are_channels_last(array_, axes, where_);
  shape_ = shape_of(array_, has_channels_last_, where_);
}

SampleBlock ArrayForm::arranged(SampleBlock rows, std::size_t first) const {
  if (shape_.is_vector) {
    std::vector<double>& features = rows.features;
    features.insert(features.end(), rows.pixels.begin(), rows.pixels.end());
    features.insert(features.end(), rows.values.begin(), rows.values.end());
    take_features(features, first);
    return {{}, {}, std::move(features)};
  }
  take_numbers(rows.values, first);
  if (!has_channels_last_) return rows;
  return {with_channels_first(rows.pixels, ValueType::byte),
          with_channels_first(rows.values, ValueType::number),
          {}};
}

template <class Value>
std::vector<Value> ArrayForm::with_channels_first(const std::vector<Value>& values,
                                                  ValueType type) const {
  std::vector<Value> ordered(values.size());
  put_channels_first(gsl::as_bytes(gsl::make_span(values)), type,
                     gsl::as_writable_bytes(gsl::make_span(ordered)));
  return ordered;
}

void ArrayForm::put_channels_first(gsl::span<const std::byte> from, ValueType type,
                                   gsl::span<std::byte> to) const {
  const std::size_t width = size_of(type);
  const auto channels = static_cast<std::size_t>(shape_.channels);
  const std::size_t plane = shape_.pixels() / channels;
  const std::byte* source = from.data();
  for (std::byte* sample = to.data(); sample != to.data() + to.size();
       sample += shape_.pixels() * width) {
    for (std::size_t place = 0; place < plane; ++place) {
      for (std::size_t channel = 0; channel < channels; ++channel, source += width) {
        std::memcpy(sample + (channel * plane + place) * width, source, width);
      }
    }
  }
}

void ArrayForm::take_numbers(gsl::span<float> numbers, std::size_t first) const {
  const auto white = static_cast<float>(white_);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const float found = numbers[i];
    const float value = white == 1 ? found : found / white;
    if (!(value >= -kRounding && value <= 1 + kRounding)) {
      refuse(static_cast<double>(found), i, first);
    }
    // A zero keeps its sign, as it was read so before.
    numbers[i] = value < 0 ? 0 : std::min(value, 1.0F);
  }
}

void ArrayForm::take_features(gsl::span<double> features, std::size_t first) const {
  for (std::size_t i = 0; i < features.size(); ++i) {
    features[i] = in_precision(features[i], precision_);
    if (!std::isfinite(features[i])) refuse(features[i], i, first);
  }
}

void ArrayForm::refuse(double value, std::size_t place, std::size_t first) const {
  const std::size_t size = shape_.pixels();
  // In single precision, as images have it, so that 1.1 is no 1.10000002.
  std::string found = fmt::format("{}", static_cast<float>(value));
  std::string expected = fmt::format(
      "{}, or images of uint8; dataset.scale (clvae score: --scale) says which number stands for "
      "white, such as 255 or 65535",
      white_ == 1 ? "intensities from 0 to 1"
                  : fmt::format("numbers from 0 to {}, as dataset.scale says", white_));
  if (shape_.is_vector) {
    found = fmt::format("{}", value);
    expected = "finite numbers";
  }
  throw DataError(
      where_, fmt::format("{} as value {} of sample {}", found, place % size, first + place / size),
      expected);
}

}  // namespace clvae::data
