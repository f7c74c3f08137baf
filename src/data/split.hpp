#pragma once
/// \file
/// The experiment drawn from a dataset: training and validation inliers, test inliers and outliers.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gsl/span>

#include "core/values.hpp"
#include "data/dataset.hpp"
#include "data/standardisation.hpp"

namespace clvae::data {

/// Samples taken from a dataset, in the order in which they are used.
struct Part {
  Values values;                             ///< [size, channels, height, width]
  std::vector<std::int32_t> labels;          ///< [size], class in the dataset
  std::vector<std::int64_t> original_index;  ///< [size], position within the published split
  std::vector<std::uint8_t> original_split;  ///< [size], 0: training split, 1: test split
  std::size_t size() const { return labels.size(); }
};

enum class TestMix {
  equal,  ///< the larger of inliers and outliers is cut to the smaller by a seeded draw
  all,    ///< every sample is kept
};

struct SplitOptions {
  std::vector<std::string> outlier_classes;   ///< numbers or names, as `classes_named` takes them
  std::vector<std::string> excluded_classes;  ///< the same, of those in no part at all
  TestMix test_mix = TestMix::equal;
  std::optional<int> train_limit;    ///< training inliers, after validation was taken away
  double validation_fraction = 0.1;  ///< of the training split's inliers, in [0, 1)
};

/// What an ensemble is trained and tested on.
struct Experiment {
  ImageShape shape;
  ValueType value_type = ValueType::byte;  ///< of all parts
  Part train;                              ///< training-split inliers
  Part validation;  ///< training-split inliers held out, or the data's own validation split's
  Part test;        ///< test-split inliers and both splits' outliers
  std::vector<std::uint8_t> test_is_outlier;  ///< [test.size()], 1: outlier
  std::vector<int> inlier_classes;            ///< [K], ascending: class of inlier index 0..K-1
  std::vector<int> outlier_classes;           ///< ascending
  std::vector<std::string> class_names;       ///< of all classes of the dataset
  std::string dataset_name;
  std::string fingerprint;  ///< of the whole dataset
  Standardisation standardisation;
  std::vector<Column> columns;        ///< of a table; else empty
  std::vector<std::string> warnings;  ///< as `Dataset` has them
};

/// Draws which samples the parts consist of, and leaves their values empty. The draws depend on the
/// dataset's labels and the options only, never on the ensemble's seed, so that runs with other
/// seeds share samples and can be compared and merged. Validation takes round(fraction * n) of each
/// inlier class, or, where the dataset has a validation split, that split's inliers, whatever the
/// fraction; `train_limit` then keeps that many of the rest, every class in proportion. Samples
/// keep their published order within a part, and in `test` the inliers come before the outliers.
/// Any rank. \param dataset its values are not looked at
/// \throws DataError where an outlier or excluded class does not exist, a class is both, no class
/// or only one is left as
///   inlier, or a part or an inlier class's share of `train` would be empty.
Experiment draw_samples(const Dataset& dataset, const SplitOptions& options);

/// Bytes of the values of all parts: those of training, validation and test, one behind the other.
std::size_t memory_needed(const Experiment& experiment);

/// Bytes that `copy_values` takes beside them for as long as it works.
std::size_t memory_for_copying(const Dataset& dataset, const Experiment& experiment);

/// Copies the parts' values from the dataset that they were drawn from. Vectors of features are
/// standardised by what the training part says, so that neither outliers nor held-out samples have
/// a part in it; how is noted in the experiment.
/// \param memory [memory_needed], aligned as numbers are \throws DataError where a source does
void copy_values(const Dataset& dataset, Experiment& experiment, gsl::span<std::byte> memory);

/// Lets the parts have the values that were copied into `memory`, here or by another process.
/// \param owner keeps the memory; shared by the parts
void place_values(Experiment& experiment, gsl::span<const std::byte> memory,
                  const std::shared_ptr<const void>& owner);

/// How the features of the training part are to be standardised, by the same sums as `copy_values`
/// takes; nothing for images. Reads the samples twice, or thrice where squares of their values are
/// more or less than a number holds.
Standardisation standardisation_of(const Dataset& dataset, const Experiment& experiment);

/// Lets the parts' values be read from the dataset's sources when they are asked for, standardised
/// as the experiment says. \pre the dataset has sources
void stream_values(const Dataset& dataset, Experiment& experiment);

/// Draws the samples and copies their values into memory of the experiment's own.
/// \throws DataError as `draw_samples` and `copy_values`
Experiment draw_experiment(const Dataset& dataset, const SplitOptions& options);

/// The compact class index 0..K-1 of each label. \throws DataError for a label that is no inlier.
std::vector<std::int32_t> inlier_indices(const std::vector<std::int32_t>& labels,
                                         const std::vector<int>& inlier_classes);

}  // namespace clvae::data
