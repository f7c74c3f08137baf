#include "data/reshaping.hpp"

#include <algorithm>
#include <utility>

#include <gsl/assert>

#include "data/formats/images/resize.hpp"

namespace clvae::data {

namespace {

void append_rounded(double value, std::vector<std::uint8_t>& values) {
  values.push_back(static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0)));
}
void append_rounded(double value, std::vector<float>& values) {
  values.push_back(static_cast<float>(std::clamp(value, 0.0, 1.0)));
}

/// One image with another number of channels. \param planes [channels, height, width]
template <class Value>
std::vector<double> with_other_channels(gsl::span<const Value> planes, int before, int after) {
  if (before == after) return {planes.begin(), planes.end()};
  std::vector<double> changed;
  const std::size_t plane = planes.size() / static_cast<std::size_t>(before);
  if (after == 1) {
    for (std::size_t i = 0; i < plane; ++i) {
      const Value grey = grey_of(planes[i], planes[plane + i], planes[2 * plane + i]);
      changed.push_back(static_cast<double>(grey));
    }
    return changed;
  }
  for (int channel = 0; channel < after; ++channel) {
    changed.insert(changed.end(), planes.begin(), planes.end());
  }
  return changed;
}

template <class Value>
std::vector<Value> reshaped_images(const std::vector<Value>& images, const ImageShape& from,
                                   const ImageShape& to) {
  std::vector<Value> changed;
  const std::size_t size = from.pixels();
  const gsl::span<const Value> all(images);
  for (std::size_t first = 0; first < images.size(); first += size) {
    std::vector<double> planes =
        with_other_channels(all.subspan(first, size), from.channels, to.channels);
    if (from.height != to.height || from.width != to.width) {
      planes = resized_planes(planes, from.height, from.width, to.height, to.width);
    }
    for (const double value : planes) append_rounded(value, changed);
  }
  return changed;
}

class ReshapedSamples : public UnlabelledSamples {
 public:
  ReshapedSamples(std::unique_ptr<UnlabelledSamples> samples, const ImageShape& shape)
      : samples_(std::move(samples)), from_(samples_->shape()), shape_(shape) {}

  ImageShape shape() const override { return shape_; }
  std::size_t size() const override { return samples_->size(); }
  void skip(std::size_t count) override { samples_->skip(count); }
  gsl::span<const std::string> names() const override { return samples_->names(); }
  std::string warning() const override { return samples_->warning(); }
  ReadingNotes notes() const override { return samples_->notes(); }

  SampleBlock next(std::size_t most) override {
    SampleBlock block = samples_->next(most);
    block.pixels = reshaped_images(block.pixels, from_, shape_);
    block.values = reshaped_images(block.values, from_, shape_);
    return block;
  }

 private:
  std::unique_ptr<UnlabelledSamples> samples_;
  ImageShape from_;
  ImageShape shape_;
};

}  // namespace

bool can_be_reshaped(const ImageShape& from, const ImageShape& to) {
  const auto is_grey_or_colour = [](const ImageShape& shape) {
    return shape.is_image() && (shape.channels == 1 || shape.channels == 3);
  };
  return is_grey_or_colour(from) && is_grey_or_colour(to);
}

std::unique_ptr<UnlabelledSamples> reshaped(std::unique_ptr<UnlabelledSamples> samples,
                                            const ImageShape& shape) {
  Expects(can_be_reshaped(samples->shape(), shape));
  return std::make_unique<ReshapedSamples>(std::move(samples), shape);
}

}  // namespace clvae::data
