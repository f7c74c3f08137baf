#include "data/split.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/random.hpp"
#include "data/drawing.hpp"
#include "data/standardisation.hpp"
#include "data/streams.hpp"

namespace clvae::data {

namespace {

void append(Part& part, const LabelledImages& images, const Positions& positions,
            std::uint8_t split) {
  for (const std::size_t position : positions) {
    part.labels.push_back(images.labels[position]);
    part.original_index.push_back(static_cast<std::int64_t>(position));
    part.original_split.push_back(split);
  }
}

/// Shares of `total` in proportion to the sizes, by largest remainders, so that they add up.
std::vector<std::size_t> proportional_shares(const std::vector<std::size_t>& sizes,
                                             std::size_t total) {
  const auto all = static_cast<double>(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}));
  std::vector<std::size_t> shares;
  std::vector<double> remainders;
  for (const std::size_t size : sizes) {
    const double exact = static_cast<double>(total) * static_cast<double>(size) / all;
    shares.push_back(static_cast<std::size_t>(exact));
    remainders.push_back(exact - std::floor(exact));
  }
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  const std::size_t given = std::accumulate(shares.begin(), shares.end(), std::size_t{0});
  for (std::size_t i = 0; i < total - given; ++i) ++shares[order[i]];
  return shares;
}

void sort_classes(const Dataset& dataset, const SplitOptions& options, Experiment& experiment) {
  experiment.outlier_classes =
      classes_named(options.outlier_classes, dataset.class_names, dataset.name);
  const auto& outliers = experiment.outlier_classes;
  const std::vector<int> excluded =
      classes_named(options.excluded_classes, dataset.class_names, dataset.name);
  for (int label = 0; label < static_cast<int>(dataset.class_names.size()); ++label) {
    const bool is_outlier = std::binary_search(outliers.begin(), outliers.end(), label);
    const bool is_excluded = std::binary_search(excluded.begin(), excluded.end(), label);
    if (is_outlier && is_excluded) {
      throw DataError(dataset.name,
                      fmt::format("class {} both excluded and an outlier",
                                  dataset.class_names.at(static_cast<std::size_t>(label))),
                      "each class in dataset.excluded_classes or in dataset.outlier_classes");
    }
    if (!is_outlier && !is_excluded) experiment.inlier_classes.push_back(label);
  }
  if (experiment.inlier_classes.size() < 2) {
    throw DataError(
        dataset.name,
        fmt::format("{} classes besides the outliers{}", experiment.inlier_classes.size(),
                    excluded.empty() ? "" : " and the excluded ones"),
        "at least two inlier classes");
  }
}

/// Those of a class that are not trained on. \param all of the class in the training split
Positions held_out_of(const Dataset& dataset, const SplitOptions& options, int label,
                      const Positions& all) {
  if (dataset.validation > 0) {
    const std::size_t begin = dataset.train.size() - dataset.validation;
    return {std::lower_bound(all.begin(), all.end(), begin), all.end()};
  }
  const auto count = static_cast<std::size_t>(
      std::llround(options.validation_fraction * static_cast<double>(all.size())));
  return draw(all, count,
              derive_seed(kDrawSeed, "validation", {static_cast<std::uint64_t>(label)}));
}

void draw_training(const Dataset& dataset, const SplitOptions& options, Experiment& experiment) {
  std::vector<Positions> rest;
  std::vector<std::size_t> sizes;
  Positions validation;
  for (const int label : experiment.inlier_classes) {
    const Positions all = positions_of(dataset.train, label);
    const Positions held_out = held_out_of(dataset, options, label, all);
    validation.insert(validation.end(), held_out.begin(), held_out.end());
    rest.push_back(without(all, held_out));
    sizes.push_back(rest.back().size());
  }
  if (dataset.validation > 0 && validation.empty()) {
    throw DataError(dataset.name, "a validation split without inliers",
                    "samples of the classes that are trained on, or no such split");
  }
  const std::size_t available = std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
  if (options.train_limit && static_cast<std::size_t>(*options.train_limit) < available) {
    sizes = proportional_shares(sizes, static_cast<std::size_t>(*options.train_limit));
  }
  Positions train;
  for (std::size_t k = 0; k < rest.size(); ++k) {
    const int label = experiment.inlier_classes[k];
    if (sizes[k] == 0) {
      throw DataError(dataset.name,
                      fmt::format("no training sample of class {}",
                                  dataset.class_names.at(static_cast<std::size_t>(label))),
                      "samples of every inlier class after the split");
    }
    const Positions drawn =
        draw(rest[k], sizes[k],
             derive_seed(kDrawSeed, "train_limit", {static_cast<std::uint64_t>(label)}));
    train.insert(train.end(), drawn.begin(), drawn.end());
  }
  std::sort(train.begin(), train.end());
  std::sort(validation.begin(), validation.end());
  append(experiment.train, dataset.train, train, 0);
  append(experiment.validation, dataset.train, validation, 0);
}

/// The positions in `images` of any of the classes, in order.
Positions positions_of_any(const LabelledImages& images, const std::vector<int>& classes) {
  Positions positions;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (std::binary_search(classes.begin(), classes.end(), images.labels[i]))
      positions.push_back(i);
  }
  return positions;
}

void draw_test(const Dataset& dataset, const SplitOptions& options, Experiment& experiment) {
  Positions inliers = positions_of_any(dataset.test, experiment.inlier_classes);
  const std::size_t train_size = dataset.train.size();
  // Both splits' outliers in one row of positions, the test split behind the training split.
  Positions outliers = positions_of_any(dataset.train, experiment.outlier_classes);
  for (const std::size_t position : positions_of_any(dataset.test, experiment.outlier_classes)) {
    outliers.push_back(train_size + position);
  }
  if (inliers.empty() || outliers.empty()) {
    throw DataError(
        dataset.name,
        fmt::format("{} inliers and {} outliers to test on", inliers.size(), outliers.size()),
        "some of each");
  }
  if (options.test_mix == TestMix::equal) {
    const std::size_t count = std::min(inliers.size(), outliers.size());
    inliers = draw(inliers, count, derive_seed(kDrawSeed, "test_inliers"));
    outliers = draw(outliers, count, derive_seed(kDrawSeed, "test_outliers"));
  }
  const auto boundary = std::lower_bound(outliers.begin(), outliers.end(), train_size);
  const Positions from_train(outliers.begin(), boundary);
  Positions from_test(boundary, outliers.end());
  for (std::size_t& position : from_test) position -= train_size;
  append(experiment.test, dataset.test, inliers, 1);
  append(experiment.test, dataset.train, from_train, 0);
  append(experiment.test, dataset.test, from_test, 1);
  experiment.test_is_outlier.assign(inliers.size(), 0);
  experiment.test_is_outlier.resize(experiment.test.size(), 1);
}

std::size_t bytes_of_sample(const Experiment& experiment) {
  return experiment.shape.pixels() * size_of(experiment.value_type);
}

/// Samples of a part that come from the same split, one behind the other.
struct Stretch {
  const LabelledImages* split = nullptr;
  Positions positions;
};

std::vector<Stretch> stretches_of(const Dataset& dataset, const Part& part) {
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i < part.size(); ++i) {
    const LabelledImages* split = part.original_split[i] == 0 ? &dataset.train : &dataset.test;
    if (stretches.empty() || stretches.back().split != split) stretches.push_back({split, {}});
    stretches.back().positions.push_back(static_cast<std::size_t>(part.original_index[i]));
  }
  return stretches;
}

/// \param memory of as many samples
void copy_samples(const Stretch& stretch, std::size_t sample_bytes, gsl::span<std::byte> memory) {
  const LabelledImages& split = *stretch.split;
  if (split.source) {
    selected(split.source, stretch.positions)->read(0, stretch.positions.size(), memory);
    return;
  }
  const auto* const values = split.values.empty()
                                 ? reinterpret_cast<const std::byte*>(split.pixels.data())
                                 : reinterpret_cast<const std::byte*>(split.values.data());
  std::byte* to = memory.data();
  for (const std::size_t position : stretch.positions) {
    std::memcpy(to, values + position * sample_bytes, sample_bytes);
    to += sample_bytes;
  }
}

/// \pre the part has samples, which are to be read from sources, or are features
Stream stream_of(const Dataset& dataset, const Part& part) {
  std::vector<Stream> streams;
  for (const Stretch& stretch : stretches_of(dataset, part)) {
    const LabelledImages& split = *stretch.split;
    streams.push_back(
        selected(split.source ? split.source : held_features(split), stretch.positions));
  }
  return chained(std::move(streams));
}

/// Puts the features of all parts into memory, standardised.
void standardise(const Dataset& dataset, Experiment& experiment, gsl::span<std::byte> memory) {
  // Of a file only once, though it is gone through several times.
  const Stream stored = stream_of(dataset, experiment.train);
  const Stream train = dataset.train.source ? copied_features(*stored) : stored;
  experiment.standardisation = standardisation_by(*train, dataset.precision);
  const std::size_t bytes = bytes_of_sample(experiment);
  for (const Part* part : {&experiment.train, &experiment.validation, &experiment.test}) {
    if (part->size() == 0) continue;
    const Stream features = part == &experiment.train ? train : stream_of(dataset, *part);
    standardised(features, experiment.standardisation)
        ->read(0, part->size(), memory.first(part->size() * bytes));
    memory = memory.subspan(part->size() * bytes);
  }
}

}  // namespace

Experiment draw_samples(const Dataset& dataset, const SplitOptions& options) {
  Experiment experiment;
  experiment.shape = dataset.train.shape;
  // Features are kept as they are trained on.
  experiment.value_type =
      dataset.value_type == ValueType::exact ? ValueType::number : dataset.value_type;
  experiment.class_names = dataset.class_names;
  experiment.dataset_name = dataset.name;
  experiment.fingerprint = dataset.fingerprint;
  experiment.columns = dataset.columns;
  experiment.warnings = dataset.warnings;
  sort_classes(dataset, options, experiment);
  draw_training(dataset, options, experiment);
  draw_test(dataset, options, experiment);
  return experiment;
}

std::size_t memory_needed(const Experiment& experiment) {
  const std::size_t samples =
      experiment.train.size() + experiment.validation.size() + experiment.test.size();
  return samples * bytes_of_sample(experiment);
}

std::size_t memory_for_copying(const Dataset& dataset, const Experiment& experiment) {
  const bool copies = experiment.shape.is_vector && dataset.train.source;
  return copies ? experiment.train.size() * experiment.shape.pixels() * sizeof(double) : 0;
}

void copy_values(const Dataset& dataset, Experiment& experiment, gsl::span<std::byte> memory) {
  if (experiment.shape.is_vector) return standardise(dataset, experiment, memory);
  gsl::span<std::byte> rest = memory;
  const std::size_t bytes = bytes_of_sample(experiment);
  for (const Part* part : {&experiment.train, &experiment.validation, &experiment.test}) {
    for (const Stretch& stretch : stretches_of(dataset, *part)) {
      const std::size_t size = stretch.positions.size() * bytes;
      copy_samples(stretch, bytes, rest.first(size));
      rest = rest.subspan(size);
    }
  }
}

Standardisation standardisation_of(const Dataset& dataset, const Experiment& experiment) {
  if (!experiment.shape.is_vector) return {};
  return standardisation_by(*stream_of(dataset, experiment.train), dataset.precision);
}

void stream_values(const Dataset& dataset, Experiment& experiment) {
  for (Part* part : {&experiment.train, &experiment.validation, &experiment.test}) {
    if (part->size() == 0) continue;
    Stream stream = stream_of(dataset, *part);
    if (experiment.shape.is_vector) {
      stream = standardised(std::move(stream), experiment.standardisation);
    }
    part->values = std::move(stream);
  }
}

void place_values(Experiment& experiment, gsl::span<const std::byte> memory,
                  const std::shared_ptr<const void>& owner) {
  const std::size_t bytes = bytes_of_sample(experiment);
  for (Part* part : {&experiment.train, &experiment.validation, &experiment.test}) {
    const std::size_t size = part->size() * bytes;
    part->values = {experiment.value_type, memory.first(size), owner};
    memory = memory.subspan(size);
  }
}

Experiment draw_experiment(const Dataset& dataset, const SplitOptions& options) {
  Experiment experiment = draw_samples(dataset, options);
  const auto memory = std::make_shared<std::vector<std::byte>>(memory_needed(experiment));
  copy_values(dataset, experiment, *memory);
  place_values(experiment, *memory, memory);
  return experiment;
}

std::vector<std::int32_t> inlier_indices(const std::vector<std::int32_t>& labels,
                                         const std::vector<int>& inlier_classes) {
  std::vector<std::int32_t> indices;
  indices.reserve(labels.size());
  for (const std::int32_t label : labels) {
    const auto found = std::lower_bound(inlier_classes.begin(), inlier_classes.end(), label);
    if (found == inlier_classes.end() || *found != label) {
      throw DataError("labels", fmt::format("class {}", label), "an inlier class");
    }
    indices.push_back(static_cast<std::int32_t>(found - inlier_classes.begin()));
  }
  return indices;
}

}  // namespace clvae::data
