#include "json_image.hpp"

#include <cmath>
#include <exception>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace clvae::score {

namespace {

using Json = nlohmann::json;

/// Why a line is no image. Does not leave this file.
class NoImage : public std::exception {
 public:
  explicit NoImage(std::string reason) : reason_(std::move(reason)) {}
  const char* what() const noexcept override { return reason_.c_str(); }

 private:
  std::string reason_;
};

/// The value in few characters.
std::string shown(const Json& value) {
  constexpr std::size_t kMost = 40;
  std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > kMost) text = text.substr(0, kMost) + "...";
  return text;
}

std::uint8_t pixel_of(const Json& value, std::size_t place) {
  constexpr int kLargest = 255;
  if (value.is_number()) {
    const auto number = value.get<double>();
    if (number >= 0 && number <= kLargest && number == std::floor(number)) {
      return static_cast<std::uint8_t>(number);
    }
  }
  throw NoImage(
      fmt::format("pixel {} is {}; expected a whole number from 0 to 255", place, shown(value)));
}

void append_pixels(const Json& row, std::vector<std::uint8_t>& pixels) {
  for (const Json& value : row) pixels.push_back(pixel_of(value, pixels.size()));
}

std::string in_words(const data::ImageShape& shape) {
  return shape.channels == 1
             ? fmt::format("{0} pixels, flat or {1} rows of {2}", shape.pixels(), shape.height,
                           shape.width)
             : fmt::format("{} numbers, flat or {} channels of {} rows of {}", shape.pixels(),
                           shape.channels, shape.height, shape.width);
}

/// "28 rows of 27 (row 3)": where arrays differ from what they must be.
void require_length(const Json& array, int length, const char* what,
                    const data::ImageShape& shape) {
  if (array.is_array() && array.size() == static_cast<std::size_t>(length)) return;
  const std::string found =
      array.is_array() ? fmt::format("an array of {}", array.size()) : shown(array);
  throw NoImage(
      fmt::format("{} where {} {} belong; expected {}", found, length, what, in_words(shape)));
}

/// \param rows [height][width]
void append_rows(const Json& rows, const data::ImageShape& shape,
                 std::vector<std::uint8_t>& pixels) {
  require_length(rows, shape.height, "rows", shape);
  for (const Json& row : rows) {
    require_length(row, shape.width, "columns", shape);
    append_pixels(row, pixels);
  }
}

std::vector<std::uint8_t> pixels_of(const Json& array, const data::ImageShape& shape) {
  std::vector<std::uint8_t> pixels;
  pixels.reserve(shape.pixels());
  if (array.empty() || !array.front().is_array()) {
    if (array.size() != shape.pixels()) {
      throw NoImage(fmt::format("{} pixels; expected {}", array.size(), in_words(shape)));
    }
    append_pixels(array, pixels);
  } else if (shape.channels == 1 && !array.front().empty() && !array.front().front().is_array()) {
    append_rows(array, shape, pixels);
  } else {
    require_length(array, shape.channels, "channels", shape);
    for (const Json& channel : array) append_rows(channel, shape, pixels);
  }
  return pixels;
}

/// What stands where JSON ends to be JSON. \param byte from 1
std::string no_json(std::string_view line, std::size_t byte) {
  const std::size_t place = byte == 0 ? 0 : byte - 1;
  for (const std::string_view word : {"NaN", "Infinity"}) {
    const std::size_t from = place < word.size() ? 0 : place - word.size();
    const std::size_t found = line.substr(0, place + word.size()).find(word, from);
    if (found != std::string_view::npos) return fmt::format("{} at byte {}", word, found + 1);
  }
  if (place >= line.size()) return fmt::format("a line that ends at byte {}", line.size());
  return fmt::format("no JSON at byte {}", byte);
}

void read(std::string_view line, const data::ImageShape& shape, StreamItem& item) {
  Json value;
  try {
    value = Json::parse(line);
  } catch (const Json::parse_error& error) {
    throw NoImage(no_json(line, error.byte) + "; expected an image as JSON");
  } catch (const Json::exception&) {
    throw NoImage("a number that is none of JSON's; expected an image as JSON");
  }
  const Json* pixels = &value;
  if (value.is_object()) {
    const auto id = value.find("id");
    if (id != value.end()) {
      if (!id->is_string() && !id->is_number()) {
        throw NoImage(fmt::format("an id of {}; expected a text or a number", shown(*id)));
      }
      item.id = id->dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    const auto found = value.find("pixels");
    if (found == value.end()) throw NoImage("an object without the key pixels");
    pixels = &*found;
  }
  if (!pixels->is_array()) {
    throw NoImage(fmt::format("{}; expected an array of {}", shown(*pixels), in_words(shape)));
  }
  item.pixels = pixels_of(*pixels, shape);
}

}  // namespace

void read_json_image(std::string_view line, const data::ImageShape& shape, StreamItem& item) {
  try {
    read(line, shape, item);
  } catch (const NoImage& reason) {
    item.error = reason.what();
  }
}

}  // namespace clvae::score
