#include "data/formats/npz/npy.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/whole_number.hpp"
#include "data/formats/npz/npy_header.hpp"

namespace clvae::data {

namespace {

/// Nothing where the product is more than memory can hold.
std::optional<std::size_t> byte_count(const NpyHeader& header) {
  std::size_t count = header.item_bytes;
  for (const std::size_t extent : header.shape) {
    if (extent != 0 && count > std::numeric_limits<std::size_t>::max() / 2 / extent) {
      return std::nullopt;
    }
    count *= extent;
  }
  return count;
}

template <class Value>
Value value_at(const std::uint8_t* bytes) {
  Value value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

/// IEEE 754's half precision: a sign, 5 bits of exponent, 10 of fraction.
float half_at(const std::uint8_t* bytes) {
  constexpr int kFractionBits = 10;
  constexpr int kBias = 15;
  const auto bits = value_at<std::uint16_t>(bytes);
  const int exponent = bits >> kFractionBits & 0x1f;
  const int fraction = bits & 0x3ff;
  float size = 0;
  if (exponent == 0x1f) {
    size = fraction == 0 ? std::numeric_limits<float>::infinity()
                         : std::numeric_limits<float>::quiet_NaN();
  } else if (exponent == 0) {
    size = std::ldexp(static_cast<float>(fraction), 1 - kBias - kFractionBits);
  } else {
    size = std::ldexp(static_cast<float>(fraction + 0x400), exponent - kBias - kFractionBits);
  }
  return (bits >> 15U) == 0 ? size : -size;
}

double float_at(const std::uint8_t* bytes, std::size_t size) {
  if (size == 8) return value_at<double>(bytes);
  return static_cast<double>(size == 4 ? value_at<float>(bytes) : half_at(bytes));
}

std::int64_t integer_at(const std::uint8_t* bytes, std::size_t size) {
  if (size == 1) return value_at<std::int8_t>(bytes);
  if (size == 2) return value_at<std::int16_t>(bytes);
  return size == 4 ? value_at<std::int32_t>(bytes) : value_at<std::int64_t>(bytes);
}

std::uint64_t unsigned_at(const std::uint8_t* bytes, std::size_t size) {
  if (size == 1) return *bytes;
  if (size == 2) return value_at<std::uint16_t>(bytes);
  return size == 4 ? value_at<std::uint32_t>(bytes) : value_at<std::uint64_t>(bytes);
}

void append_utf8(std::string& text, std::uint32_t letter) {
  const auto add = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (letter < 0x80) return add(letter);
  if (letter < 0x800) {
    add(0xc0U | letter >> 6U);
  } else {
    if (letter < 0x10000) {
      add(0xe0U | letter >> 12U);
    } else {
      add(0xf0U | (letter >> 18U & 0x07U));
      add(0x80U | (letter >> 12U & 0x3fU));
    }
    add(0x80U | (letter >> 6U & 0x3fU));
  }
  add(0x80U | (letter & 0x3fU));
}

/// A string up to its padding.
std::string string_at(const std::uint8_t* bytes, const NpyHeader& header) {
  std::string text;
  if (header.kind == 'S') {
    text.assign(reinterpret_cast<const char*>(bytes), header.item_bytes);
    text.resize(std::min(text.size(), text.find_last_not_of('\0') + 1));
    return text;
  }
  for (std::size_t i = 0; i < header.item_bytes; i += 4) {
    const auto letter = value_at<std::uint32_t>(bytes + i);
    if (letter == 0) break;
    append_utf8(text, letter);
  }
  return text;
}

/// Takes elements of an array one by one.
class Elements {
 public:
  Elements(const NpyHeader& header, const std::string& name, NpyUse use)
      : header_(header), name_(name) {
    const bool is_text = header.kind == 'S' || header.kind == 'U';
    const std::size_t size = header.item_bytes;
    const bool is_integer = header.kind == 'b' || header.kind == 'i' || header.kind == 'u';
    const bool is_number = is_integer || header.kind == 'f';
    const bool has_size = size == 2 || size == 4 || size == 8 || (size == 1 && is_integer);
    if (use == NpyUse::labels ? !is_text && !(is_number && has_size) : is_text || !has_size) {
      throw DataError(name, fmt::format("an array of type {}{}", header.kind, size),
                      use == NpyUse::labels ? "whole numbers or strings of fixed length"
                                            : "numbers of at most 8 bytes");
    }
    as_texts_ = use == NpyUse::labels;
    as_features_ = use == NpyUse::samples && header.shape.size() == 2;
  }

  void take(std::uint8_t* bytes, NpyArray& array) const {
    if (header_.is_big_endian) turn_around(bytes);
    if (header_.kind == 'S' || header_.kind == 'U') {
      array.texts.push_back(string_at(bytes, header_));
    } else if (as_texts_) {
      array.texts.push_back(digits_at(bytes, array.texts.size()));
    } else if (header_.kind == 'u' && header_.item_bytes == 1) {
      array.bytes.push_back(*bytes);
    } else if (as_features_) {
      array.features.push_back(number_at<double>(bytes));
    } else {
      array.numbers.push_back(number_at<float>(bytes));
    }
  }

 private:
  template <class Number>
  Number number_at(const std::uint8_t* bytes) const {
    if (header_.kind == 'f') return static_cast<Number>(float_at(bytes, header_.item_bytes));
    if (header_.kind == 'i') return static_cast<Number>(integer_at(bytes, header_.item_bytes));
    return static_cast<Number>(unsigned_at(bytes, header_.item_bytes));
  }
  /// A whole number. \param place of it, for errors
  std::string digits_at(const std::uint8_t* bytes, std::size_t place) const {
    const std::size_t size = header_.item_bytes;
    if (header_.kind == 'i') return std::to_string(integer_at(bytes, size));
    if (header_.kind != 'f') return std::to_string(unsigned_at(bytes, size));
    const double value = float_at(bytes, size);
    if (auto digits = whole_number_in(value)) return *digits;
    throw DataError(name_, fmt::format("{} as label {}", value, place), "whole numbers or strings");
  }
  void turn_around(std::uint8_t* bytes) const {
    const std::size_t unit = header_.kind == 'U' ? 4 : header_.item_bytes;
    if (header_.kind == 'S') return;
    for (std::size_t i = 0; i < header_.item_bytes; i += unit) {
      std::reverse(bytes + i, bytes + i + unit);
    }
  }

  const NpyHeader& header_;
  const std::string& name_;
  bool as_texts_ = false;
  bool as_features_ = false;
};

/// From Fortran order, in which the first axis runs fastest, to C order.
template <class Value>
std::vector<Value> in_c_order(std::vector<Value> values, const std::vector<std::size_t>& shape) {
  if (values.empty()) return values;
  std::vector<Value> ordered;
  ordered.reserve(values.size());
  std::vector<std::size_t> place(shape.size(), 0);
  std::vector<std::size_t> step(shape.size(), 1);
  for (std::size_t axis = 1; axis < shape.size(); ++axis) {
    step[axis] = step[axis - 1] * shape[axis - 1];
  }
  std::size_t from = 0;
  while (ordered.size() < values.size()) {
    ordered.push_back(std::move(values[from]));
    std::size_t axis = shape.size();
    while (axis-- > 0) {
      from += step[axis];
      if (++place[axis] < shape[axis]) break;
      from -= step[axis] * shape[axis];
      place[axis] = 0;
    }
  }
  return ordered;
}

template <class Value>
void append_part(std::vector<Value>& to, const std::vector<Value>& from, std::size_t begin,
                 std::size_t count) {
  if (from.empty()) return;
  const auto first = from.begin() + static_cast<std::ptrdiff_t>(begin);
  to.insert(to.end(), first, first + static_cast<std::ptrdiff_t>(count));
}

std::string described(const NpyHeader& header) {
  return fmt::format("[{}] elements of {} bytes", fmt::join(header.shape, ", "), header.item_bytes);
}

}  // namespace

struct NpyReader::Impl {
  Impl(ReadBytes reading, std::string file, NpyUse use)
      : read(std::move(reading)),
        name(std::move(file)),
        header(read_npy_header(read, name)),
        elements(header, name, use) {
    if (!byte_count(header)) refuse("more than memory holds");
  }

  [[noreturn]] void refuse(const std::string& found) const {
    throw DataError(name, found, described(header) + ", as its header says");
  }

  /// Appends elements as they lie in the file.
  void take(std::size_t count, NpyArray& array);
  void hold_all();

  ReadBytes read;
  std::string name;
  NpyHeader header;
  Elements elements;
  std::size_t done = 0;   ///< bytes
  NpyArray held;          ///< all elements, of an array in Fortran order
  std::size_t given = 0;  ///< of those
};

void NpyReader::Impl::take(std::size_t count, NpyArray& array) {
  const std::size_t size = header.item_bytes;
  constexpr std::size_t kChunk = 1U << 20U;
  std::vector<std::uint8_t> chunk(std::max(std::min(kChunk / size, count), std::size_t{1}) * size);
  for (std::size_t left = count * size; left > 0;) {
    const std::size_t wanted = std::min(left, chunk.size());
    const std::size_t got = read(chunk.data(), wanted);
    if (got != wanted) refuse(fmt::format("{} bytes of data", done + got));
    for (std::size_t i = 0; i < wanted; i += size) elements.take(chunk.data() + i, array);
    left -= wanted;
    done += wanted;
  }
}

void NpyReader::Impl::hold_all() {
  std::size_t all = 1;
  for (const std::size_t extent : header.shape) all *= extent;
  take(all, held);
  held.bytes = in_c_order(std::move(held.bytes), header.shape);
  held.numbers = in_c_order(std::move(held.numbers), header.shape);
  held.features = in_c_order(std::move(held.features), header.shape);
  held.texts = in_c_order(std::move(held.texts), header.shape);
}

NpyReader::NpyReader(ReadBytes read, std::string name, NpyUse use)
    : impl_(std::make_unique<Impl>(std::move(read), std::move(name), use)) {}
NpyReader::~NpyReader() = default;

const std::vector<std::size_t>& NpyReader::shape() const { return impl_->header.shape; }

void NpyReader::next(std::size_t elements, NpyArray& array) {
  if (!impl_->header.is_in_fortran_order) return impl_->take(elements, array);
  if (impl_->given == 0) impl_->hold_all();
  const std::size_t begin = impl_->given;
  if (elements > impl_->held.size() - begin) impl_->refuse("fewer elements");
  append_part(array.bytes, impl_->held.bytes, begin, elements);
  append_part(array.numbers, impl_->held.numbers, begin, elements);
  append_part(array.features, impl_->held.features, begin, elements);
  append_part(array.texts, impl_->held.texts, begin, elements);
  impl_->given += elements;
}

void NpyReader::finish() {
  // Reading on to the end also compares the archive's checksum.
  std::uint8_t further = 0;
  if (impl_->read(&further, 1) != 0) impl_->refuse("bytes behind its data");
}

NpyArray read_npy(const ReadBytes& read, const std::string& name, NpyUse use) {
  NpyReader reader(read, name, use);
  NpyArray array;
  array.shape = reader.shape();
  std::size_t elements = 1;
  for (const std::size_t extent : array.shape) elements *= extent;
  reader.next(elements, array);
  reader.finish();
  return array;
}

}  // namespace clvae::data
