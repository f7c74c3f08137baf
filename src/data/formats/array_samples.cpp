#include "data/formats/array_samples.hpp"

#include <algorithm>
#include <array>

#include "data/array_form.hpp"

namespace clvae::data {

namespace {

/// The axes that make the array's images those of the form, whatever the config says of the
/// training data; what it says where both do or neither.
Axes axes_that_fit(const std::vector<std::size_t>& array, const SampleForm& form) {
  if (array.size() != 4) return form.axes;
  const auto channels = static_cast<std::size_t>(form.shape.channels);
  const auto height = static_cast<std::size_t>(form.shape.height);
  const auto width = static_cast<std::size_t>(form.shape.width);
  const std::array<std::size_t, 3> image{array[1], array[2], array[3]};
  const bool first = image == std::array{channels, height, width};
  const bool last = image == std::array{height, width, channels};
  if (first == last) return form.axes;
  return first ? Axes::channels_first : Axes::channels_last;
}

class ArraySamples : public UnlabelledSamples {
 public:
  ArraySamples(ArrayRows rows, const SampleForm& form)
      : form_(rows.shape, axes_that_fit(rows.shape, form), rows.where, form.precision, form.scale),
        read_(std::move(rows.read)) {}

  ImageShape shape() const override { return form_.shape(); }
  std::size_t size() const override { return form_.size(); }
  SampleBlock next(std::size_t most) override {
    const std::size_t count = std::min(most, size() - place_);
    if (count == 0) return {};
    SampleBlock block = form_.arranged(read_(place_, count), place_);
    place_ += count;
    return block;
  }
  void skip(std::size_t count) override { place_ += std::min(count, size() - place_); }

 private:
  ArrayForm form_;
  std::function<SampleBlock(std::size_t, std::size_t)> read_;
  std::size_t place_ = 0;
};

}  // namespace

std::unique_ptr<UnlabelledSamples> unlabelled_array(ArrayRows rows, const SampleForm& form) {
  return std::make_unique<ArraySamples>(std::move(rows), form);
}

}  // namespace clvae::data
