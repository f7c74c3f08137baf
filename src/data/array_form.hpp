#pragma once
/// \file
/// What an array of numbers is as samples.

#include <cstddef>
#include <string>
#include <vector>

#include <gsl/span>

#include "core/value_type.hpp"
#include "data/unlabelled.hpp"

namespace clvae::data {

/// An array as samples: which axis is which, and how its numbers become ours.
class ArrayForm {
 public:
  /// \param where named in errors  \param precision of features
  /// \param white the number that stands for white in images that are not of bytes
  /// \throws DataError for a shape that is no samples
  ArrayForm(std::vector<std::size_t> shape, Axes axes, std::string where,
            FeaturePrecision precision, double white);

  std::size_t size() const { return array_.front(); }
  const ImageShape& shape() const { return shape_; }
  /// Rows of the array as samples: images with channels first and in 0..1, features in double
  /// precision. Features may come in any of the block's three.
  /// \param first the number of the first, for errors \throws DataError for features that are not
  ///   finite, and numbers of images outside 0..white
  SampleBlock arranged(SampleBlock rows, std::size_t first) const;

  /// The parts of which that is made, for those who have other memory.
  bool has_channels_last() const { return has_channels_last_; }
  /// [n, height, width, channels] to [n, channels, height, width]. \param to as many bytes
  void put_channels_first(gsl::span<const std::byte> from, ValueType type,
                          gsl::span<std::byte> to) const;
  /// Brings numbers of images from 0..white to 0..1; what lies outside by a rounding error is
  /// clipped. \param first the number of their first sample \throws DataError as `arranged`
  void take_numbers(gsl::span<float> numbers, std::size_t first) const;
  /// Brings features to the precision that is wanted of them, and looks at each.
  /// \param first the number of their first sample \throws DataError as `arranged`
  void take_features(gsl::span<double> features, std::size_t first) const;

 private:
  template <class Value>
  std::vector<Value> with_channels_first(const std::vector<Value>& values, ValueType type) const;
  [[noreturn]] void refuse(double value, std::size_t place, std::size_t first) const;

  std::vector<std::size_t> array_;
  std::string where_;
  FeaturePrecision precision_;
  double white_;
  bool has_channels_last_ = false;
  ImageShape shape_;
};

}  // namespace clvae::data
