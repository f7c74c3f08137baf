#include "hdf5/text_values.hpp"

#include <algorithm>
#include <cstdint>
#include <hdf5.h>
#include <map>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/whole_number.hpp"
#include "hdf5/datatypes.hpp"
#include "hdf5/failures.hpp"
#include "hdf5/item.hpp"

namespace clvae::hdf5 {

namespace {

[[noreturn]] void refuse(const ValueSource& source, const std::string& found,
                         const std::string& expected) {
  throw DataError(source.name, found, expected);
}

void read_into(const ValueSource& source, Id memory_type, void* values) {
  if (source.read(memory_type, values)) return;
  refuse(source, fmt::format("values that can't be read ({})", last_failure().text),
         "an intact file");
}

/// Reads texts of variable length, which HDF5 allocates one by one; frees them at the end.
std::vector<std::string> read_variable_texts(const ValueSource& source, std::size_t count) {
  const DatatypeHandle memory(H5Tcopy(H5T_C_S1));
  H5Tset_size(memory.id(), H5T_VARIABLE);
  H5Tset_cset(memory.id(), H5Tget_cset(source.type));
  std::vector<char*> pointers(count, nullptr);
  read_into(source, memory.id(), pointers.data());
  std::vector<std::string> texts;
  texts.reserve(count);
  for (const char* pointer : pointers) texts.emplace_back(pointer == nullptr ? "" : pointer);
  H5Dvlen_reclaim(memory.id(), source.space, H5P_DEFAULT, static_cast<void*>(pointers.data()));
  return texts;
}

std::vector<std::string> read_fixed_texts(const ValueSource& source, std::size_t count) {
  const std::size_t width = H5Tget_size(source.type);
  std::vector<char> bytes(count * width);
  const DatatypeHandle memory(H5Tcopy(source.type));
  read_into(source, memory.id(), bytes.data());
  std::vector<std::string> texts;
  texts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) texts.push_back(unpadded(&bytes[i * width], width));
  if (H5Tget_strpad(source.type) == H5T_STR_SPACEPAD) {
    for (std::string& text : texts) text.resize(text.find_last_not_of(' ') + 1);
  }
  return texts;
}

std::vector<std::string> read_whole_numbers(const ValueSource& source, std::size_t count) {
  std::vector<std::int64_t> values(count);
  read_into(source, H5T_NATIVE_INT64, values.data());
  std::vector<std::string> texts;
  texts.reserve(count);
  for (const std::int64_t value : values) texts.push_back(std::to_string(value));
  return texts;
}

std::vector<std::string> read_numbers(const ValueSource& source, std::size_t count) {
  std::vector<double> values(count);
  read_into(source, H5T_NATIVE_DOUBLE, values.data());
  std::vector<std::string> texts;
  texts.reserve(count);
  for (const double value : values) {
    std::optional<std::string> text = whole_number_in(value);
    if (!text) {
      refuse(source, fmt::format("{} as value {}", value, texts.size()), "whole numbers or texts");
    }
    texts.push_back(std::move(*text));
  }
  return texts;
}

/// What an enumeration calls its values.
std::map<std::int64_t, std::string> members_of(Id type) {
  std::map<std::int64_t, std::string> members;
  const int count = H5Tget_nmembers(type);
  const DatatypeHandle base(H5Tget_super(type));
  for (int i = 0; i < count; ++i) {
    const auto place = static_cast<unsigned>(i);
    // What HDF5 gives is a pointer that only it may free, or none.
    const std::unique_ptr<char, herr_t (*)(void*)> name(H5Tget_member_name(type, place),
                                                        H5free_memory);
    std::vector<char> value(std::max(H5Tget_size(type), sizeof(std::int64_t)));
    if (name == nullptr || H5Tget_member_value(type, place, value.data()) < 0 ||
        H5Tconvert(base.id(), H5T_NATIVE_INT64, 1, value.data(), nullptr, H5P_DEFAULT) < 0) {
      continue;
    }
    members[*reinterpret_cast<const std::int64_t*>(value.data())] = name.get();
  }
  return members;
}

bool are_booleans(const std::map<std::int64_t, std::string>& members) {
  static const std::map<std::int64_t, std::string> kBooleans{{0, "FALSE"}, {1, "TRUE"}};
  return members == kBooleans;
}

std::vector<std::string> read_enumerated(const ValueSource& source, std::size_t count) {
  const std::map<std::int64_t, std::string> members = members_of(source.type);
  if (are_booleans(members)) return read_whole_numbers(source, count);
  std::vector<std::int64_t> values(count);
  read_into(source, H5T_NATIVE_INT64, values.data());
  std::vector<std::string> texts;
  texts.reserve(count);
  for (const std::int64_t value : values) {
    const auto member = members.find(value);
    if (member == members.end()) {
      refuse(source, fmt::format("{} as value {}", value, texts.size()),
             "a value that the enumeration has a name for");
    }
    texts.push_back(member->second);
  }
  return texts;
}

}  // namespace

std::vector<std::string> texts_in(const ValueSource& source) {
  const std::vector<std::size_t>& shape = source.shape;
  if (shape.empty() || shape.size() > 2 || (shape.size() == 2 && shape[1] != 1)) {
    refuse(source, "an array of shape " + describe(shape), "one text or whole number each, [n]");
  }
  const std::size_t count = shape.front();
  switch (H5Tget_class(source.type)) {
    case H5T_STRING:
      return H5Tis_variable_str(source.type) > 0 ? read_variable_texts(source, count)
                                                 : read_fixed_texts(source, count);
    case H5T_INTEGER:
      return read_whole_numbers(source, count);
    case H5T_FLOAT:
      return read_numbers(source, count);
    case H5T_ENUM:
      return read_enumerated(source, count);
    default:
      refuse(source, describe(source.type), "texts or whole numbers");
  }
}

std::vector<std::string> enumeration_of(Id type) {
  if (H5Tget_class(type) != H5T_ENUM) return {};
  const std::map<std::int64_t, std::string> members = members_of(type);
  if (are_booleans(members)) return {};
  std::vector<std::string> names;
  for (const auto& [value, name] : members) names.push_back(name);
  return names;
}

}  // namespace clvae::hdf5
