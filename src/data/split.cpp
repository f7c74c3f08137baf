#include "clvae/data/split.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "clvae/core/nearest.hpp"
#include "clvae/core/random.hpp"

namespace clvae::data {

namespace {

/// The same for all runs, so that runs with other ensemble seeds share their samples.
constexpr Seed kDrawSeed{20241012};

/// Positions of samples within one published split.
using Positions = std::vector<std::size_t>;

/// `count` of the positions, drawn without replacement, in their order.
Positions draw(const Positions& positions, std::size_t count, Seed seed) {
  RandomStream stream(seed);
  std::vector<std::size_t> chosen = stream.permutation(positions.size());
  chosen.resize(count);
  std::sort(chosen.begin(), chosen.end());
  Positions drawn;
  for (const std::size_t index : chosen) drawn.push_back(positions[index]);
  return drawn;
}

/// What is in `all` and not in `taken`; both sorted.
Positions without(const Positions& all, const Positions& taken) {
  Positions left;
  std::set_difference(all.begin(), all.end(), taken.begin(), taken.end(), std::back_inserter(left));
  return left;
}

Positions positions_of(const LabelledImages& images, int label) {
  Positions positions;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (images.labels[i] == label) positions.push_back(i);
  }
  return positions;
}

void append(Part& part, const LabelledImages& images, const Positions& positions,
            std::uint8_t split) {
  const std::size_t size = images.shape.pixels();
  for (const std::size_t position : positions) {
    const auto first = images.pixels.begin() + static_cast<long>(position * size);
    part.pixels.insert(part.pixels.end(), first, first + static_cast<long>(size));
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
  const int classes = static_cast<int>(dataset.class_names.size());
  for (const int outlier : options.outlier_classes) {
    if (outlier < 0 || outlier >= classes) {
      throw DataError(
          dataset.name, fmt::format("no class {} to be the outlier", outlier),
          fmt::format("one of its classes 0 to {} ({})", classes - 1, joined(dataset.class_names)));
    }
  }
  for (int label = 0; label < classes; ++label) {
    const auto& outliers = options.outlier_classes;
    const bool is_outlier = std::find(outliers.begin(), outliers.end(), label) != outliers.end();
    (is_outlier ? experiment.outlier_classes : experiment.inlier_classes).push_back(label);
  }
  if (experiment.inlier_classes.size() < 2) {
    throw DataError(
        dataset.name,
        fmt::format("{} classes besides the outliers", experiment.inlier_classes.size()),
        "at least two inlier classes");
  }
}

void draw_training(const Dataset& dataset, const SplitOptions& options, Experiment& experiment) {
  std::vector<Positions> rest;
  std::vector<std::size_t> sizes;
  Positions validation;
  for (const int label : experiment.inlier_classes) {
    const Positions all = positions_of(dataset.train, label);
    const auto count = static_cast<std::size_t>(
        std::llround(options.validation_fraction * static_cast<double>(all.size())));
    const Positions held_out =
        draw(all, count, derive_seed(kDrawSeed, "validation", {static_cast<std::uint64_t>(label)}));
    validation.insert(validation.end(), held_out.begin(), held_out.end());
    rest.push_back(without(all, held_out));
    sizes.push_back(rest.back().size());
  }
  const std::size_t available = std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
  if (options.train_limit && static_cast<std::size_t>(*options.train_limit) < available) {
    sizes = proportional_shares(sizes, static_cast<std::size_t>(*options.train_limit));
  }
  Positions train;
  for (std::size_t k = 0; k < rest.size(); ++k) {
    const int label = experiment.inlier_classes[k];
    if (sizes[k] == 0) {
      throw DataError(dataset.name, fmt::format("no training sample of class {}", label),
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

}  // namespace

Experiment draw_experiment(const Dataset& dataset, const SplitOptions& options) {
  Experiment experiment;
  experiment.shape = dataset.train.shape;
  experiment.class_names = dataset.class_names;
  experiment.dataset_name = dataset.name;
  experiment.fingerprint = dataset.fingerprint;
  sort_classes(dataset, options, experiment);
  draw_training(dataset, options, experiment);
  draw_test(dataset, options, experiment);
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
