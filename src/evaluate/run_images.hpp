#pragma once
/// \file
/// The images of a run's samples, to be shown.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/console.hpp"
#include "core/values.hpp"
#include "data/dataset.hpp"
#include "report/figures.hpp"
#include "store/reader.hpp"

namespace clvae::evaluate {

/// The dataset of a run, if it is still where the config says; else says why it isn't taken. None
/// where samples are no images. One process. \param what is left out then, for the note
std::optional<data::Dataset> images_of_run(const store::Reader& reader,
                                           const config::Dataset& wanted, const std::string& what,
                                           Console& console);

/// One sample as a picture. \param shape of an image  \param text that is written below
report::ImageTile tile_of(const Values& values, std::size_t sample, const data::ImageShape& shape,
                          const std::string& text);
/// Channels of such a picture: shown as colours are the first three, or the first alone.
std::size_t shown_channels(const data::ImageShape& shape);

/// The values of a dataset's images.
Values values_of(const data::LabelledImages& images);

}  // namespace clvae::evaluate
