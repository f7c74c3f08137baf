#pragma once
/// \file
/// Lists of texts, and of numbers and enumerated values that stand for classes, as texts.

#include <functional>
#include <string>
#include <vector>

#include "hdf5/handles.hpp"

namespace clvae::hdf5 {

/// Something that has a type and a shape, and gives its values in a type of memory.
struct ValueSource {
  std::string name;  ///< file and item, for errors
  Id type = kNoId;
  std::vector<std::size_t> shape;
  Id space = kNoId;
  std::function<bool(Id memory_type, void* values)> read;
};

/// Reads a list, [n] or [n, 1], of texts, of whole numbers, which may be stored as floating-point
/// ones, or of enumerated values, which have their names, but for h5py's booleans, which are 0 and
/// 1. \throws DataError for anything else
std::vector<std::string> texts_in(const ValueSource& source);

/// The names of an enumeration in the order of its values; empty for other types, and for h5py's
/// booleans.
std::vector<std::string> enumeration_of(Id type);

}  // namespace clvae::hdf5
