#pragma once
/// \file
/// A dataset, described: what a new file gets, and what a reader demands of a file.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "hdf5/datatypes.hpp"

namespace clvae::hdf5 {

struct Item {
  std::string path;  ///< within the file, e.g. "/train/labels"
  Element element;
  std::vector<std::size_t> shape;
  std::vector<std::string> axes;  ///< [shape.size()]
  std::string unit;
  std::string meaning;
};

/// Each returns the elements of a shape, or the bytes of an item; nothing where that exceeds what a
/// file can hold.
std::optional<std::size_t> element_count(const std::vector<std::size_t>& shape);
std::optional<std::size_t> byte_count(const Item& item);
/// Returns the bytes of one row along the first axis. \pre `byte_count` has a value
std::size_t row_bytes(const Item& item);

/// "float32 [3, 100, 2]".
std::string describe(const Item& item);
std::string describe(const std::vector<std::size_t>& shape);

}  // namespace clvae::hdf5
