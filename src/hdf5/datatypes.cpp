#include "hdf5/datatypes.hpp"

#include <algorithm>
#include <cstring>
#include <hdf5.h>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "hdf5/failures.hpp"

namespace clvae::hdf5 {

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "checksums are taken of the bytes in memory, which must be those of the file: little endian"
#endif

namespace {

DatatypeHandle make_type(const Element& element);

DatatypeHandle text_type(std::size_t bytes) {
  DatatypeHandle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.id(), bytes);
  H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  return type;
}

DatatypeHandle rows_type(const Element& element) {
  DatatypeHandle type(H5Tcreate(H5T_COMPOUND, element.bytes));
  for (const Field& field : element.fields) {
    H5Tinsert(type.id(), field.name.c_str(), field.offset, make_type(field.element).id());
  }
  return type;
}

DatatypeHandle make_type(const Element& element) {
  switch (element.type) {
    case ElementType::float32:
      return DatatypeHandle(H5Tcopy(H5T_IEEE_F32LE));
    case ElementType::float64:
      return DatatypeHandle(H5Tcopy(H5T_IEEE_F64LE));
    case ElementType::int32:
      return DatatypeHandle(H5Tcopy(H5T_STD_I32LE));
    case ElementType::int64:
      return DatatypeHandle(H5Tcopy(H5T_STD_I64LE));
    case ElementType::uint8:
      return DatatypeHandle(H5Tcopy(H5T_STD_U8LE));
    case ElementType::uint32:
      return DatatypeHandle(H5Tcopy(H5T_STD_U32LE));
    case ElementType::uint64:
      return DatatypeHandle(H5Tcopy(H5T_STD_U64LE));
    case ElementType::text:
      return text_type(element.bytes);
    case ElementType::rows:
      return rows_type(element);
  }
  return DatatypeHandle();
}

std::string describe_rows(Id type) {
  std::vector<std::string> names;
  for (int i = 0; i < H5Tget_nmembers(type); ++i) {
    const std::unique_ptr<char, herr_t (*)(void*)> name(
        H5Tget_member_name(type, static_cast<unsigned>(i)), H5free_memory);
    if (name != nullptr) names.emplace_back(name.get());
  }
  return fmt::format("rows of {} bytes ({})", H5Tget_size(type), joined(names));
}

}  // namespace

Element number(ElementType type) {
  switch (type) {
    case ElementType::float64:
    case ElementType::int64:
    case ElementType::uint64:
      return {type, 8, {}};
    case ElementType::uint8:
      return {type, 1, {}};
    default:
      return {type, 4, {}};
  }
}

Element text(std::size_t bytes) { return {ElementType::text, bytes, {}}; }

Element rows(std::size_t bytes, std::vector<Field> fields) {
  return {ElementType::rows, bytes, std::move(fields)};
}

std::string padded(const std::string& value, std::size_t bytes) {
  std::size_t kept = std::min(value.size(), bytes - 1);
  // 10xxxxxx continues a character: cut before the character, not inside it.
  while (kept < value.size() && kept > 0 &&
         (static_cast<unsigned char>(value[kept]) & 0xC0U) == 0x80U) {
    --kept;
  }
  std::string bytes_out = value.substr(0, kept);
  bytes_out.resize(bytes, '\0');
  return bytes_out;
}

std::string unpadded(const char* value, std::size_t bytes) {
  return {value, strnlen(value, bytes)};
}

DatatypeHandle file_type(const Element& element, const std::string& path) {
  DatatypeHandle type = make_type(element);
  require(type.is_open() && H5Tget_size(type.id()) == element.bytes, path, "make an HDF5 datatype");
  return type;
}

std::string describe(Id type) {
  const std::size_t bytes = H5Tget_size(type);
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      return fmt::format("{}int{}", H5Tget_sign(type) == H5T_SGN_NONE ? "u" : "", 8 * bytes);
    case H5T_FLOAT:
      return fmt::format("float{}", 8 * bytes);
    case H5T_STRING:
      return H5Tis_variable_str(type) > 0 ? "text of variable length"
                                          : fmt::format("text of {} bytes", bytes);
    case H5T_COMPOUND:
      return describe_rows(type);
    case H5T_ENUM:
      return "an enumeration";
    default:
      return fmt::format("another type of {} bytes", bytes);
  }
}

}  // namespace clvae::hdf5
