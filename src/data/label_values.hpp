#pragma once
/// \file
/// Labels that are rows of an array: one column for each class, of which one is 1.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace clvae::data {

/// A row of an array as numbers.
using ReadRows = std::function<std::vector<float>(std::size_t first, std::size_t count)>;

/// The position of the 1 in each row, in digits. \param shape [n, classes]
/// \param where named in errors \throws DataError where a row is not one 1 among zeros
std::vector<std::string> one_hot_labels(const std::vector<std::size_t>& shape, const ReadRows& read,
                                        const std::string& where);

/// Whether an array of labels is of that kind, by its shape: [n, classes], at least two.
inline bool has_one_hot_shape(const std::vector<std::size_t>& shape) {
  return shape.size() == 2 && shape[1] > 1;
}

}  // namespace clvae::data
