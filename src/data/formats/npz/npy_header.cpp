#include "data/formats/npz/npy_header.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::data {

namespace {

constexpr const char* kExpected = "an array as numpy.save writes it";

/// The dictionary in a header: its keys are in any order, its values a text, a truth or a tuple.
class HeaderText {
 public:
  HeaderText(const std::string& text, const std::string& name) : text_(text), name_(name) {}

  /// What follows a key, without blanks.
  std::string_view value_of(const std::string& key) const {
    const std::string quoted = "'" + key + "':";
    const std::size_t place = text_.find(quoted);
    if (place == std::string::npos) {
      throw DataError(name_, fmt::format("a header without {}", key), kExpected);
    }
    std::string_view rest = std::string_view(text_).substr(place + quoted.size());
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    return rest;
  }

  std::string type() const {
    const std::string_view value = value_of("descr");
    const std::size_t end = value.size() > 1 ? value.find('\'', 1) : std::string_view::npos;
    if (value.empty() || value.front() != '\'' || end == std::string_view::npos) {
      throw DataError(name_, "an array of records", "one of numbers or strings");
    }
    return std::string(value.substr(1, end - 1));
  }

  bool is_fortran_order() const { return value_of("fortran_order").substr(0, 4) == "True"; }

  std::vector<std::size_t> shape() const {
    std::string_view value = value_of("shape");
    std::vector<std::size_t> extents;
    const auto refuse = [&] { throw DataError(name_, "a header without a shape", kExpected); };
    if (value.empty() || value.front() != '(') refuse();
    value.remove_prefix(1);
    while (!value.empty() && value.front() != ')') {
      std::size_t extent = 0;
      const auto [rest, problem] =
          std::from_chars(value.data(), value.data() + value.size(), extent);
      if (problem != std::errc()) refuse();
      extents.push_back(extent);
      value.remove_prefix(static_cast<std::size_t>(rest - value.data()));
      while (!value.empty() && (value.front() == ',' || value.front() == ' ')) {
        value.remove_prefix(1);
      }
    }
    return extents;
  }

 private:
  const std::string& text_;
  const std::string& name_;
};

std::string read_text(const ReadBytes& read, std::size_t count, const std::string& name) {
  std::string text(count, '\0');
  const std::size_t got = read(reinterpret_cast<std::uint8_t*>(text.data()), count);
  if (got != count) throw DataError(name, "an array that is cut off", kExpected);
  return text;
}

/// Little endian.
std::size_t number_in(const std::string& bytes) {
  std::size_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    number = number << 8U | static_cast<std::uint8_t>(bytes[i]);
  }
  return number;
}

std::string read_dictionary(const ReadBytes& read, const std::string& name) {
  constexpr std::size_t kLongest = 1U << 16U;
  const std::string magic = read_text(read, 8, name);
  if (magic.compare(0, 6, "\x93NUMPY") != 0) {
    throw DataError(name, "no array of NumPy", kExpected);
  }
  const int version = static_cast<unsigned char>(magic[6]);
  if (version < 1 || version > 3) {
    throw DataError(name, fmt::format("version {} of the format", version), "version 1, 2 or 3");
  }
  const std::size_t length = number_in(read_text(read, version == 1 ? 2 : 4, name));
  if (length > kLongest) {
    throw DataError(name, fmt::format("a header of {} bytes", length),
                    fmt::format("at most {}", kLongest));
  }
  return read_text(read, length, name);
}

}  // namespace

NpyHeader read_npy_header(const ReadBytes& read, const std::string& name) {
  const std::string dictionary = read_dictionary(read, name);
  const HeaderText text(dictionary, name);
  const std::string type = text.type();
  NpyHeader header;
  header.shape = text.shape();
  header.is_big_endian = !type.empty() && type.front() == '>';
  const std::size_t order_marks = std::min(type.find_first_not_of("<>|="), type.size());
  const std::string bare = type.substr(order_marks) + " ";  // never empty
  const char* const end = bare.data() + bare.size() - 1;
  const auto [rest, problem] =
      std::from_chars(std::min(bare.data() + 1, end), end, header.item_bytes);
  header.kind = bare.front();
  constexpr std::string_view kKinds = "biufSU";
  constexpr std::size_t kLongestItem = std::size_t{1} << 20U;
  if (kKinds.find(header.kind) == std::string_view::npos || problem != std::errc() || rest != end ||
      header.item_bytes == 0 || header.item_bytes > kLongestItem) {
    throw DataError(name, fmt::format("an array of type {}", type),
                    "numbers, or strings of fixed length");
  }
  if (header.kind == 'U') header.item_bytes *= 4;  // counted in characters
  header.is_in_fortran_order = text.is_fortran_order() && header.shape.size() > 1;
  return header;
}

}  // namespace clvae::data
