#include "hdf5/attributes.hpp"

#include <algorithm>
#include <cstring>
#include <hdf5.h>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "hdf5/datatypes.hpp"
#include "hdf5/failures.hpp"

namespace clvae::hdf5 {

namespace {

// HDF5 keeps an attribute in its object's header, whose messages end at 64 kiB; some of that goes
// to the attribute's own name and type.
constexpr std::size_t kMostBytes = 64'000;

std::string item_of(const AttributeOwner& owner, const std::string& name) {
  return owner.object == "/" ? fmt::format("attribute {}", name)
                             : fmt::format("attribute {} of {}", name, owner.object);
}

void write(const AttributeOwner& owner, const std::string& name, const Element& element,
           const DataspaceHandle& space, const void* values, std::size_t count) {
  if (count * element.bytes > kMostBytes) {
    throw RunFileError(owner.file, item_of(owner, name),
                       fmt::format("{} bytes", count * element.bytes),
                       fmt::format("at most {}", kMostBytes));
  }
  const DatatypeHandle type = file_type(element, owner.file);
  const AttributeHandle attribute(
      H5Acreate2(owner.id, name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT));
  require(attribute.is_open() && (count == 0 || H5Awrite(attribute.id(), type.id(), values) >= 0),
          owner.file, "write " + item_of(owner, name));
}

DataspaceHandle row(std::size_t count) {
  const hsize_t extent = count;
  return DataspaceHandle(H5Screate_simple(1, &extent, nullptr));
}

/// An attribute as it lies in the file.
struct Raw {
  std::string bytes;
  std::size_t width = 0;  ///< bytes an element
  std::size_t count = 0;
};

/// \param rank 0: one value, 1: a list
Raw read(const AttributeOwner& owner, const std::string& name, H5T_class_t expected_class, int rank,
         const std::string& expected) {
  const std::string item = item_of(owner, name);
  const AttributeHandle attribute(H5Aopen(owner.id, name.c_str(), H5P_DEFAULT));
  if (!attribute.is_open()) throw RunFileError(owner.file, item, "nothing", expected);
  const DatatypeHandle type(H5Aget_type(attribute.id()));
  const DataspaceHandle space(H5Aget_space(attribute.id()));
  const bool is_other_integer =
      expected_class == H5T_INTEGER && H5Tequal(type.id(), H5T_STD_I32LE) <= 0;
  if (H5Tget_class(type.id()) != expected_class || H5Tis_variable_str(type.id()) > 0 ||
      is_other_integer) {
    throw RunFileError(owner.file, item, describe(type.id()), expected);
  }
  Raw raw;
  raw.width = H5Tget_size(type.id());
  const hssize_t points = H5Sget_simple_extent_npoints(space.id());
  if (H5Sget_simple_extent_ndims(space.id()) != rank || points < 0 || (rank == 0 && points != 1) ||
      raw.width == 0 || static_cast<std::size_t>(points) > kMostBytes / raw.width) {
    throw RunFileError(owner.file, item, "another shape or size", expected);
  }
  raw.count = static_cast<std::size_t>(points);
  raw.bytes.assign(raw.count * raw.width, '\0');
  if (raw.count > 0 && H5Aread(attribute.id(), type.id(), raw.bytes.data()) < 0) {
    throw RunFileError(owner.file, item, last_failure().text, expected);
  }
  return raw;
}

}  // namespace

void write_attribute(const AttributeOwner& owner, const std::string& name,
                     const std::string& value) {
  const DataspaceHandle scalar(H5Screate(H5S_SCALAR));
  const std::string bytes = padded(value, value.size() + 1);
  write(owner, name, text(bytes.size()), scalar, bytes.data(), 1);
}

void write_attribute(const AttributeOwner& owner, const std::string& name, std::int32_t value) {
  const DataspaceHandle scalar(H5Screate(H5S_SCALAR));
  write(owner, name, number(ElementType::int32), scalar, &value, 1);
}

void write_attribute(const AttributeOwner& owner, const std::string& name, double value) {
  const DataspaceHandle scalar(H5Screate(H5S_SCALAR));
  write(owner, name, number(ElementType::float64), scalar, &value, 1);
}

void write_attribute(const AttributeOwner& owner, const std::string& name,
                     const std::vector<std::int32_t>& values) {
  write(owner, name, number(ElementType::int32), row(values.size()), values.data(), values.size());
}

void write_attribute(const AttributeOwner& owner, const std::string& name,
                     const std::vector<std::string>& values) {
  std::size_t longest = 0;
  for (const std::string& value : values) longest = std::max(longest, value.size());
  std::string bytes;
  for (const std::string& value : values) bytes += padded(value, longest + 1);
  write(owner, name, text(longest + 1), row(values.size()), bytes.data(), values.size());
}

std::string read_text(const AttributeOwner& owner, const std::string& name) {
  const Raw raw = read(owner, name, H5T_STRING, 0, "one text");
  return unpadded(raw.bytes.data(), raw.width);
}

std::int32_t read_int(const AttributeOwner& owner, const std::string& name) {
  const Raw raw = read(owner, name, H5T_INTEGER, 0, "one int32");
  std::int32_t value = 0;
  std::memcpy(&value, raw.bytes.data(), sizeof value);
  return value;
}

std::vector<std::int32_t> read_ints(const AttributeOwner& owner, const std::string& name) {
  const Raw raw = read(owner, name, H5T_INTEGER, 1, "a list of int32");
  std::vector<std::int32_t> values(raw.count);
  if (raw.count > 0) std::memcpy(values.data(), raw.bytes.data(), raw.bytes.size());
  return values;
}

std::vector<std::string> read_texts(const AttributeOwner& owner, const std::string& name) {
  const Raw raw = read(owner, name, H5T_STRING, 1, "a list of texts");
  std::vector<std::string> values;
  for (std::size_t i = 0; i < raw.count; ++i) {
    values.push_back(unpadded(&raw.bytes[i * raw.width], raw.width));
  }
  return values;
}

}  // namespace clvae::hdf5
