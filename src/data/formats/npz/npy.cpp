#include "data/formats/npz/npy.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
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

template <class Number>
Number float_at(const std::uint8_t* bytes, std::size_t size) {
  return size == 4 ? static_cast<Number>(value_at<float>(bytes))
                   : static_cast<Number>(value_at<double>(bytes));
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
  Elements(const NpyHeader& header, const std::string& name, NpyUse use) : header_(header) {
    const bool is_text = header.kind == 'S' || header.kind == 'U';
    const std::size_t size = header.item_bytes;
    const bool is_integer = header.kind == 'b' || header.kind == 'i' || header.kind == 'u';
    const bool has_size = header.kind == 'f' ? size == 4 || size == 8
                                             : size == 1 || size == 2 || size == 4 || size == 8;
    if (use == NpyUse::labels ? !is_text && !(is_integer && has_size) : is_text || !has_size) {
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
      array.texts.push_back(header_.kind == 'i'
                                ? std::to_string(integer_at(bytes, header_.item_bytes))
                                : std::to_string(unsigned_at(bytes, header_.item_bytes)));
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
    if (header_.kind == 'f') return float_at<Number>(bytes, header_.item_bytes);
    if (header_.kind == 'i') return static_cast<Number>(integer_at(bytes, header_.item_bytes));
    return static_cast<Number>(unsigned_at(bytes, header_.item_bytes));
  }
  void turn_around(std::uint8_t* bytes) const {
    const std::size_t unit = header_.kind == 'U' ? 4 : header_.item_bytes;
    if (header_.kind == 'S') return;
    for (std::size_t i = 0; i < header_.item_bytes; i += unit) {
      std::reverse(bytes + i, bytes + i + unit);
    }
  }

  const NpyHeader& header_;
  bool as_texts_ = false;
  bool as_features_ = false;
};

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

  ReadBytes read;
  std::string name;
  NpyHeader header;
  Elements elements;
  std::size_t done = 0;  ///< bytes
};

NpyReader::NpyReader(ReadBytes read, std::string name, NpyUse use)
    : impl_(std::make_unique<Impl>(std::move(read), std::move(name), use)) {}
NpyReader::~NpyReader() = default;

const std::vector<std::size_t>& NpyReader::shape() const { return impl_->header.shape; }

void NpyReader::next(std::size_t elements, NpyArray& array) {
  const std::size_t size = impl_->header.item_bytes;
  constexpr std::size_t kChunk = 1U << 20U;
  std::vector<std::uint8_t> chunk(std::max(std::min(kChunk / size, elements), std::size_t{1}) *
                                  size);
  for (std::size_t left = elements * size; left > 0;) {
    const std::size_t wanted = std::min(left, chunk.size());
    const std::size_t got = impl_->read(chunk.data(), wanted);
    if (got != wanted) impl_->refuse(fmt::format("{} bytes of data", impl_->done + got));
    for (std::size_t i = 0; i < wanted; i += size) impl_->elements.take(chunk.data() + i, array);
    left -= wanted;
    impl_->done += wanted;
  }
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
