// Data whose values are read from a source when they are asked for.

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "core/random.hpp"
#include "data/assembly.hpp"
#include "data/split.hpp"

namespace clvae::data {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// An array as it would lie in a file; every read is counted.
template <class Value>
class Array : public SampleSource {
 public:
  Array(std::vector<Value> values, std::size_t size)
      : values_(std::move(values)), per_sample_(values_.size() / size) {}
  std::size_t size() const override { return values_.size() / per_sample_; }
  std::size_t values_per_sample() const override { return per_sample_; }
  ValueType type() const override {
    return sizeof(Value) == 1 ? ValueType::byte : ValueType::number;
  }
  void read(std::size_t first, std::size_t count, gsl::span<std::byte> destination) const override {
    ASSERT_LE(first + count, size());
    ASSERT_EQ(destination.size(), count * per_sample_ * sizeof(Value));
    std::memcpy(destination.data(), &values_[first * per_sample_], destination.size());
  }

 private:
  std::vector<Value> values_;
  std::size_t per_sample_;
};

using Shape = std::vector<std::size_t>;

/// One split of seeded values in five classes, in memory or as a source.
template <class Value>
RawSplit split_of(const Shape& shape, std::uint64_t seed, bool as_source) {
  RandomStream stream(Seed{seed});
  std::size_t count = 1;
  for (const std::size_t extent : shape) count *= extent;
  std::vector<Value> values;
  for (std::size_t i = 0; i < count; ++i) {
    values.push_back(sizeof(Value) == 1 ? static_cast<Value>(stream.below(256))
                                        : static_cast<Value>(stream.uniform()));
  }
  RawSplit split;
  split.where = "file.h5: /train/x";
  split.shape = shape;
  for (std::size_t i = 0; i < shape.front(); ++i) {
    split.labels.push_back(std::to_string(stream.below(5)));
  }
  if (as_source) {
    split.source = std::make_shared<Array<Value>>(values, shape.front());
  } else if constexpr (sizeof(Value) == 1) {
    split.bytes = values;
  } else {
    split.numbers = values;
  }
  return split;
}

template <class Value>
Dataset dataset_of(const Shape& sample, bool has_test, bool as_source) {
  const auto shape = [&](std::size_t count) {
    Shape all{count};
    all.insert(all.end(), sample.begin(), sample.end());
    return all;
  };
  RawData raw;
  raw.train = split_of<Value>(shape(500), 1, as_source);
  if (has_test) raw.test = split_of<Value>(shape(200), 2, as_source);
  Source source;
  source.path = "file.h5";
  return assemble(std::move(raw), source);
}

std::vector<std::byte> bytes_in(const Values& values) {
  std::vector<std::byte> bytes(values.size() * size_of(values.type()));
  if (values.source() != nullptr) {
    // In uneven pieces, as batches would come.
    const std::size_t sample = values.source()->bytes_per_sample();
    for (std::size_t i = 0; i < values.source()->size();) {
      const std::size_t count = std::min<std::size_t>(7, values.source()->size() - i);
      values.source()->read(i, count, gsl::make_span(bytes).subspan(i * sample, count * sample));
      i += count;
    }
  } else if (values.are_bytes()) {
    std::memcpy(bytes.data(), values.bytes().data(), bytes.size());
  } else {
    std::memcpy(bytes.data(), values.numbers().data(), bytes.size());
  }
  return bytes;
}

SplitOptions with_outlier() {
  SplitOptions options;
  options.outlier_classes = {"3"};
  return options;
}

template <class Value>
void expect_the_same(const Shape& sample, bool has_test) {
  const Dataset held = dataset_of<Value>(sample, has_test, false);
  const Dataset streamed = dataset_of<Value>(sample, has_test, true);
  const Experiment expected = draw_experiment(held, with_outlier());
  Experiment by_need = draw_samples(streamed, with_outlier());
  by_need.standardisation = standardisation_of(streamed, by_need);
  stream_values(streamed, by_need);
  const Experiment copied = draw_experiment(streamed, with_outlier());

  EXPECT_EQ(streamed.fingerprint, held.fingerprint);
  EXPECT_EQ(streamed.value_type, held.value_type);
  for (const Experiment* const experiment :
       std::initializer_list<const Experiment*>{&by_need, &copied}) {
    EXPECT_EQ(experiment->standardisation.means, expected.standardisation.means);
    EXPECT_EQ(experiment->standardisation.deviations, expected.standardisation.deviations);
    for (const auto part : {&Experiment::train, &Experiment::validation, &Experiment::test}) {
      EXPECT_EQ((experiment->*part).labels, (expected.*part).labels);
      EXPECT_EQ(bytes_in((experiment->*part).values), bytes_in((expected.*part).values));
    }
  }
  EXPECT_NE(by_need.train.values.source(), nullptr);
  EXPECT_EQ(copied.train.values.source(), nullptr);
}

TEST(SourceOfSamples, gives_the_same_experiment_as_samples_in_memory) {
  for (const bool has_test : {true, false}) {
    expect_the_same<std::uint8_t>({6, 4}, has_test);     // grey
    expect_the_same<std::uint8_t>({6, 4, 3}, has_test);  // channels last
    expect_the_same<std::uint8_t>({3, 6, 5}, has_test);
    expect_the_same<float>({6, 4, 3}, has_test);
    expect_the_same<float>({5}, has_test);  // features
    expect_the_same<std::uint8_t>({5}, has_test);
  }
}

TEST(SourceOfSamples, gives_samples_that_are_larger_than_what_is_read_at_once) {
  expect_the_same<std::uint8_t>({100, 300}, true);  // 35 to a MiB, gaps of two at most
}

TEST(SourceOfSamples, is_read_when_the_data_are_loaded_so_that_bad_values_are_told) {
  RawData raw;
  raw.train = split_of<float>({500, 5}, 1, false);
  raw.train.numbers[5 * 123 + 2] = std::numeric_limits<float>::quiet_NaN();
  raw.train.source = std::make_shared<Array<float>>(std::move(raw.train.numbers), 500);
  raw.train.numbers.clear();

  EXPECT_THAT([&] { assemble(raw, {}); },
              ThrowsMessage<DataError>(HasSubstr("file.h5: /train/x: found nan as value 2 of "
                                                 "sample 123; expected finite numbers")));
  Source known;
  known.known_fingerprint = "abc";
  EXPECT_EQ(assemble(raw, known).fingerprint, "abc");  // another process has looked
}

}  // namespace
}  // namespace clvae::data
