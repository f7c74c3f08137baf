#include "evaluate/run_images.hpp"

#include <cmath>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "run/dataset.hpp"

namespace clvae::evaluate {

std::optional<data::Dataset> images_of_run(const store::Reader& reader,
                                           const config::Dataset& wanted, const std::string& what,
                                           Console& console) {
  const store::FeatureTable features = reader.features();
  if (!features.means.empty()) return std::nullopt;
  const std::string note = fmt::format("note: {} left out, for want of the run's images: ", what);
  try {
    data::Dataset dataset = run::read_dataset(wanted, features.precision);
    if (dataset.fingerprint == reader.dataset_fingerprint()) return dataset;
    console.event(note + wanted.path + " holds others now");
  } catch (const DataError& error) {
    console.event(note + error.what());
  }
  return std::nullopt;
}

report::ImageTile tile_of(const Values& values, std::size_t sample, const data::ImageShape& shape,
                          const std::string& text) {
  constexpr float kWhite = 255;
  CopiedValues copied;
  copied.append(values, sample, 1, shape.pixels());
  const Values image = copied.view();
  report::ImageTile tile;
  tile.class_name = text;
  const std::size_t plane = shape.pixels() / static_cast<std::size_t>(shape.channels);
  for (std::size_t i = 0; i < shown_channels(shape) * plane; ++i) {
    tile.pixels.push_back(
        image.are_bytes() ? image.bytes()[i]
                          : static_cast<std::uint8_t>(std::lround(image.numbers()[i] * kWhite)));
  }
  return tile;
}

std::size_t shown_channels(const data::ImageShape& shape) { return shape.channels >= 3 ? 3 : 1; }

Values values_of(const data::LabelledImages& images) {
  if (images.source) return images.source;
  if (images.value_type() == ValueType::byte) return images.pixels;
  return images.values;
}

}  // namespace clvae::evaluate
