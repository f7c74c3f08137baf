#pragma once
/// \file
/// Types of a file's elements, in memory exactly as on disk (little endian), so that HDF5 moves
/// bytes and converts nothing.

#include <cstddef>
#include <string>
#include <vector>

#include "hdf5/handles.hpp"

namespace clvae::hdf5 {

enum class ElementType {
  float32,
  float64,
  int32,
  int64,
  uint8,
  uint32,
  uint64,
  text,  ///< UTF-8 of a fixed number of bytes, padded with NUL
  rows,  ///< several named values, as a struct has them
};

struct Field;

/// The type of a dataset's elements.
struct Element {
  ElementType type = ElementType::float32;
  std::size_t bytes = sizeof(float);
  std::vector<Field> fields;  ///< of rows
};

/// One value of a row.
struct Field {
  std::string name;
  std::size_t offset;
  Element element;
};

Element number(ElementType type);
Element text(std::size_t bytes);
/// \param bytes of a row, which may be more than its fields take
Element rows(std::size_t bytes, std::vector<Field> fields);

/// Returns exactly `bytes` bytes: the text, cut between characters to leave one NUL, padded with
/// NUL.
std::string padded(const std::string& value, std::size_t bytes);
/// Returns the text before the first NUL.
std::string unpadded(const char* value, std::size_t bytes);

/// Makes the HDF5 type. \throws IoError naming `path` where HDF5 refuses
DatatypeHandle file_type(const Element& element, const std::string& path);

/// "int32", "text of 256 bytes", "rows of 32 bytes (state, attempt)". \param type of HDF5
std::string describe(Id type);

}  // namespace clvae::hdf5
