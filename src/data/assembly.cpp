#include "clvae/data/assembly.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "classes.hpp"
#include "clvae/core/errors.hpp"
#include "drawing.hpp"
#include "readers.hpp"
#include "streams.hpp"

namespace clvae::data {

namespace {

/// Longer axes than this are not taken for channels unless the config says so.
constexpr std::size_t kMostObviousChannels = 4;

std::string words_of(const std::vector<std::size_t>& shape) {
  return fmt::format("an array of shape [{}]", fmt::join(shape, ", "));
}

bool has_channels_last(const RawSplit& raw, Axes axes) {
  if (axes != Axes::automatic) return axes == Axes::channels_last;
  const bool first = raw.shape[1] <= kMostObviousChannels;
  const bool last = raw.shape[3] <= kMostObviousChannels;
  if (first == last) {
    throw DataError(raw.where, words_of(raw.shape),
                    "channels in one of its axes; dataset.axes says in which: channels_first or "
                    "channels_last");
  }
  return last;
}

ImageShape shape_of(const RawSplit& raw, bool channels_last) {
  constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<int>::max());
  for (const std::size_t extent : raw.shape) {
    if (extent == 0 || extent > kMost) {
      throw DataError(raw.where, words_of(raw.shape), "at least one sample and value");
    }
  }
  const auto extent = [&](std::size_t axis) { return static_cast<int>(raw.shape[axis]); };
  switch (raw.shape.size()) {
    case 2:
      return {extent(1), 1, 1, true};
    case 3:
      return {1, extent(1), extent(2)};
    default:
      return channels_last ? ImageShape{extent(3), extent(1), extent(2)}
                           : ImageShape{extent(1), extent(2), extent(3)};
  }
}

/// [n, height, width, channels] to [n, channels, height, width].
template <class Value>
std::vector<Value> with_channels_first(const std::vector<Value>& values, const ImageShape& shape) {
  const auto channels = static_cast<std::size_t>(shape.channels);
  const std::size_t plane = shape.pixels() / channels;
  std::vector<Value> ordered(values.size());
  for (std::size_t begin = 0; begin < values.size(); begin += shape.pixels()) {
    for (std::size_t place = 0; place < plane; ++place) {
      for (std::size_t channel = 0; channel < channels; ++channel) {
        ordered[begin + channel * plane + place] = values[begin + place * channels + channel];
      }
    }
  }
  return ordered;
}

void check_numbers(const RawSplit& raw, bool are_features) {
  const std::size_t samples = raw.shape.front();
  for (std::size_t i = 0; i < raw.numbers.size(); ++i) {
    const float value = raw.numbers[i];
    const bool is_allowed = are_features ? std::isfinite(value) : value >= 0 && value <= 1;
    if (is_allowed) continue;
    const std::size_t size = raw.numbers.size() / samples;
    throw DataError(raw.where,
                    fmt::format("{} as value {} of sample {}", value, i % size, i / size),
                    are_features ? "finite numbers" : "intensities from 0 to 1");
  }
}

LabelledImages samples_of(RawSplit raw, Axes axes) {
  if (raw.shape.size() < 2 || raw.shape.size() > 4) {
    throw DataError(raw.where, words_of(raw.shape),
                    "[n, features], [n, height, width], or images with channels");
  }
  const bool channels_last = raw.shape.size() == 4 && has_channels_last(raw, axes);
  LabelledImages samples;
  samples.shape = shape_of(raw, channels_last);
  if (raw.labels.size() != raw.shape.front()) {
    throw DataError(raw.where, fmt::format("{} labels", raw.labels.size()),
                    fmt::format("{}, one for each sample", raw.shape.front()));
  }
  if (raw.source) {
    samples.source =
        arranged(std::move(raw.source), samples.shape, channels_last, std::move(raw.where));
    return samples;
  }
  if (samples.shape.is_vector && raw.numbers.empty()) {
    raw.numbers.assign(raw.bytes.begin(), raw.bytes.end());
    raw.bytes = {};
  }
  check_numbers(raw, samples.shape.is_vector);
  samples.pixels =
      channels_last ? with_channels_first(raw.bytes, samples.shape) : std::move(raw.bytes);
  samples.values =
      channels_last ? with_channels_first(raw.numbers, samples.shape) : std::move(raw.numbers);
  return samples;
}

/// Labels that are positions in the list of names, as the names themselves.
void name_labels(RawSplit& raw, const std::vector<std::string>& class_names) {
  if (are_whole_numbers(class_names) || !are_whole_numbers(raw.labels)) return;
  for (std::string& label : raw.labels) {
    const bool is_position =
        label.front() != '-' && label.size() <= 9 && std::stoul(label) < class_names.size();
    if (!is_position) continue;  // `numbered` complains
    label = class_names[std::stoul(label)];
  }
}

std::vector<std::string> all_labels(const RawData& raw) {
  std::vector<std::string> labels = raw.train.labels;
  if (raw.test) labels.insert(labels.end(), raw.test->labels.begin(), raw.test->labels.end());
  return labels;
}

void check_names(const RawData& raw) {
  const auto& names = raw.class_names;
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (std::find(names.begin(), name, *name) != name) {
      throw DataError(raw.train.where, fmt::format("the class name \"{}\" twice", *name),
                      "each name once");
    }
  }
}

}  // namespace

Dataset assemble(RawData raw, const Source& source) {
  check_names(raw);
  if (raw.class_names.empty()) {
    raw.class_names = sorted_classes(all_labels(raw));
  } else {
    name_labels(raw.train, raw.class_names);
    if (raw.test) name_labels(*raw.test, raw.class_names);
  }
  Dataset dataset;
  const auto take = [&](RawSplit& split) {
    std::vector<std::int32_t> labels = numbered(split.labels, raw.class_names, split.where);
    LabelledImages samples = samples_of(std::move(split), source.axes);
    samples.labels = std::move(labels);
    return samples;
  };
  dataset.train = take(raw.train);
  dataset.columns = std::move(raw.columns);
  dataset.class_names = raw.class_names;
  if (raw.test) {
    dataset.test = take(*raw.test);
  } else {
    draw_test_split(dataset, source.test_fraction);
  }
  if (dataset.train.value_type() != dataset.test.value_type() && dataset.test.size() > 0) {
    throw DataError(source.path, "one split of bytes and one of floating-point numbers",
                    "the same type in both");
  }
  complete(dataset, source.path, std::move(raw.class_names), source.known_fingerprint);
  return dataset;
}

}  // namespace clvae::data
