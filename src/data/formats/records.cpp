#include "data/formats/records.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/bytes.hpp"

namespace clvae::data {

namespace {

class Records : public UnlabelledSamples {
 public:
  Records(const std::string& path, const RecordLayout& layout) : stream_(path), layout_(layout) {
    stream_.skip(layout_.header);
    check_length();
  }

  ImageShape shape() const override { return layout_.shape; }
  std::size_t size() const override { return layout_.images; }

  SampleBlock next(std::size_t most) override {
    const std::size_t count = std::min(most, size() - place_);
    std::vector<std::uint8_t> bytes(count * layout_.record());
    require(stream_.read(bytes.data(), bytes.size()), bytes.size());
    place_ += count;
    check_end();
    if (layout_.label == 0) return {std::move(bytes), {}, {}};
    SampleBlock block;
    append_pixels(bytes, layout_, block.pixels);
    return block;
  }

  void skip(std::size_t count) override {
    count = std::min(count, size() - place_);
    require(stream_.skip(count * layout_.record()), count * layout_.record());
    place_ += count;
    check_end();
  }

 private:
  /// A plain file can be told at once; a packed one only when it has been read.
  void check_length() const {
    const std::size_t wanted = layout_.header + size() * layout_.record();
    if (stream_.plain_size().value_or(wanted) == wanted) return;
    throw DataError(stream_.path(), fmt::format("{} bytes", *stream_.plain_size()),
                    fmt::format("{}, for {} images of {} bytes", wanted, size(), layout_.record()));
  }
  void require(std::size_t found, std::size_t wanted) const {
    if (found == wanted) return;
    throw DataError(stream_.path(),
                    fmt::format("its end in image {}", place_ + found / layout_.record()),
                    fmt::format("{} images, as its header says", size()));
  }
  void check_end() {
    if (place_ < size()) return;
    std::uint8_t further = 0;
    if (stream_.read(&further, 1) == 0) return;
    throw DataError(stream_.path(), "bytes behind its last image",
                    fmt::format("{} images", size()));
  }

  ByteStream stream_;
  RecordLayout layout_;
  std::size_t place_ = 0;
};

}  // namespace

void append_pixels(const std::vector<std::uint8_t>& records, const RecordLayout& layout,
                   std::vector<std::uint8_t>& pixels) {
  pixels.reserve(pixels.size() + records.size() / layout.record() * layout.shape.pixels());
  for (std::size_t begin = 0; begin < records.size(); begin += layout.record()) {
    const auto first = records.begin() + static_cast<std::ptrdiff_t>(begin + layout.label);
    pixels.insert(pixels.end(), first, first + static_cast<std::ptrdiff_t>(layout.shape.pixels()));
  }
}

std::unique_ptr<UnlabelledSamples> open_records(const std::string& path,
                                                const RecordLayout& layout) {
  return std::make_unique<Records>(path, layout);
}

}  // namespace clvae::data
