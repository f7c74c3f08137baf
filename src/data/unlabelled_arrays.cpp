#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "data/array_form.hpp"
#include "data/npz_archive.hpp"
#include "data/unlabelled_readers.hpp"

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
      : form_(rows.shape, axes_that_fit(rows.shape, form), rows.where),
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

/// An array in an archive, unpacked as it is read.
class PackedArray {
 public:
  PackedArray(const std::string& path, const std::string& name)
      : archive_(path), array_(archive_.open(name), archive_.path_of(name), NpyUse::samples) {
    for (std::size_t axis = 1; axis < shape().size(); ++axis) row_ *= shape()[axis];
  }

  const std::vector<std::size_t>& shape() const { return array_.shape(); }

  SampleBlock rows(std::size_t begin, std::size_t count) {
    constexpr std::size_t kDroppedTogether = 1024;
    while (place_ < begin) take(std::min(kDroppedTogether, begin - place_));
    NpyArray taken = take(count);
    if (place_ == shape().front()) array_.finish();
    return {std::move(taken.bytes), std::move(taken.numbers)};
  }

 private:
  NpyArray take(std::size_t count) {
    NpyArray taken;
    array_.next(count * row_, taken);
    place_ += count;
    return taken;
  }

  Archive archive_;
  NpyReader array_;
  std::size_t row_ = 1;  ///< elements of each
  std::size_t place_ = 0;
};

std::string array_to_score(const std::string& path) {
  const Archive archive(path);
  for (const char* name : {"x", "x_test", "x_train"}) {
    if (archive.has(name)) return name;
  }
  throw DataError(path, "the arrays " + joined(archive.arrays()), "x, x_test or x_train");
}

}  // namespace

std::unique_ptr<UnlabelledSamples> unlabelled_array(ArrayRows rows, const SampleForm& form) {
  return std::make_unique<ArraySamples>(std::move(rows), form);
}

std::unique_ptr<UnlabelledSamples> open_npz(const std::string& path, const SampleForm& form) {
  const std::string name = array_to_score(path);
  const auto array = std::make_shared<PackedArray>(path, name);
  return unlabelled_array(
      {path + ": " + name, array->shape(),
       [array](std::size_t begin, std::size_t count) { return array->rows(begin, count); }},
      form);
}

}  // namespace clvae::data
