#include "score/stream.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/formats/idx.hpp"
#include "score/json_sample.hpp"

namespace clvae::score {

namespace {

constexpr const char* kName = "standard input";
/// What a line may take beside its values, and for each of them.
constexpr std::size_t kBytesBeside = 65536;
constexpr std::size_t kBytesPerValue = 32;
/// Of a character as JSON.
constexpr std::size_t kBytesPerLetter = 6;
/// Read bytes are dropped once they are so many.
constexpr std::size_t kDropped = std::size_t{1} << 18U;

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

std::size_t longest_line_of(const data::SampleForm& form) {
  std::size_t bytes = kBytesBeside + kBytesPerValue * form.shape.pixels();
  for (const data::Column& column : form.columns) {
    std::size_t letters = column.name.size();
    for (const std::string& category : column.categories) {
      letters = std::max(letters, column.name.size() + category.size());
    }
    bytes += kBytesPerValue + kBytesPerLetter * letters;
  }
  return bytes;
}

}  // namespace

struct StreamReader::Impl {
  enum class Format { unknown, json, idx };

  explicit Impl(const data::SampleForm& expected)
      : form(expected), longest_line(longest_line_of(expected)) {}

  std::string_view rest() const { return std::string_view(bytes).substr(place); }
  void take(std::size_t count);
  bool detect();
  std::optional<StreamItem> next_line();
  StreamItem item_of(std::string_view line);
  std::optional<StreamItem> next_image();
  bool read_header();

  data::SampleForm form;
  std::size_t longest_line;
  Format format = Format::unknown;
  std::string bytes;         ///< fed
  std::size_t place = 0;     ///< where those begin that are not taken yet
  std::size_t searched = 0;  ///< how many of the rest hold no newline
  bool has_ended = false;
  bool is_skipping = false;     ///< the rest of a line that is too long
  std::size_t number = 0;       ///< of lines or images that were taken
  std::size_t images_left = 0;  ///< of the IDX file at hand
};

void StreamReader::Impl::take(std::size_t count) {
  place += count;
  searched = 0;
  if (place < kDropped && place < bytes.size()) return;
  bytes.erase(0, place);
  place = 0;
}

/// \returns whether the format is known
bool StreamReader::Impl::detect() {
  if (format != Format::unknown) return true;
  if (rest().empty()) return false;
  format = rest().front() == '\0' ? Format::idx : Format::json;
  return true;
}

StreamItem StreamReader::Impl::item_of(std::string_view line) {
  StreamItem item;
  item.number = number;
  if (line.size() > longest_line) {
    item.error =
        fmt::format("a line of more than {} bytes; expected a sample as JSON", longest_line);
  } else {
    read_json_sample(line, form, item);
  }
  return item;
}

std::optional<StreamItem> StreamReader::Impl::next_line() {
  while (!rest().empty()) {
    const std::string_view all = rest();
    const std::size_t newline = all.find('\n', searched);
    const bool is_whole = newline != std::string_view::npos;
    if (!is_whole && !has_ended) {
      searched = all.size();
      if (!is_skipping && all.size() <= longest_line) return std::nullopt;
    }
    const std::string_view line = all.substr(0, newline);
    const bool is_rest = is_skipping;
    is_skipping = !is_whole && !has_ended;
    std::optional<StreamItem> item;
    if (!is_rest) {
      ++number;
      if (!is_blank(line)) item = item_of(line);
    }
    take(line.size() + (is_whole ? 1 : 0));
    if (item) return item;
  }
  return std::nullopt;
}

/// \returns whether a header was there; \throws DataError
bool StreamReader::Impl::read_header() {
  const auto header = data::parse_idx_header(rest(), kName);
  if (!header) {
    if (!has_ended || rest().empty()) return false;
    throw DataError(kName, fmt::format("{} bytes at its end", rest().size()),
                    "the header of an IDX file");
  }
  if (header->shape != form.shape) {
    throw DataError(kName, describe(header->shape),
                    describe(form.shape) + ", as the run was trained on");
  }
  images_left = header->images;
  take(header->bytes);
  return true;
}

std::optional<StreamItem> StreamReader::Impl::next_image() {
  while (images_left == 0) {
    if (!read_header()) return std::nullopt;
  }
  const std::size_t wanted = form.shape.pixels();
  if (rest().size() < wanted && !has_ended) return std::nullopt;
  StreamItem item;
  item.is_line = false;
  item.number = number++;
  if (rest().size() < wanted) {
    item.error = fmt::format("the stream ends after {} of its {} bytes, with {} images left",
                             rest().size(), wanted, images_left);
    images_left = 0;
    take(rest().size());
    return item;
  }
  item.sample.pixels.resize(wanted);
  std::memcpy(item.sample.pixels.data(), rest().data(), wanted);
  --images_left;
  take(wanted);
  return item;
}

StreamReader::StreamReader(const data::SampleForm& form) : impl_(std::make_unique<Impl>(form)) {}
StreamReader::~StreamReader() = default;

void StreamReader::feed(gsl::span<const char> bytes) {
  impl_->bytes.append(bytes.data(), bytes.size());
}

void StreamReader::end() { impl_->has_ended = true; }

std::optional<StreamItem> StreamReader::next() {
  if (!impl_->detect()) return std::nullopt;
  return impl_->format == Impl::Format::json ? impl_->next_line() : impl_->next_image();
}

}  // namespace clvae::score
