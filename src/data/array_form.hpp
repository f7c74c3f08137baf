#pragma once
/// \file
/// What an array of numbers is as samples.

#include <string>
#include <vector>

#include "clvae/data/unlabelled.hpp"

namespace clvae::data {

/// An array as samples: which axis is which, and how its numbers become ours.
class ArrayForm {
 public:
  /// \param where named in errors \throws DataError for a shape that is no samples
  ArrayForm(std::vector<std::size_t> shape, Axes axes, std::string where);

  std::size_t size() const { return array_.front(); }
  const ImageShape& shape() const { return shape_; }
  /// Rows of the array as samples: channels first, features as numbers.
  /// \param first the number of the first, for errors \throws DataError for features that are not
  ///   finite, and numbers of images outside 0..1
  SampleBlock arranged(SampleBlock rows, std::size_t first) const;

 private:
  void check_numbers(const std::vector<float>& numbers, std::size_t first) const;

  std::vector<std::size_t> array_;
  std::string where_;
  bool has_channels_last_ = false;
  ImageShape shape_;
};

}  // namespace clvae::data
